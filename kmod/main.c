// SPDX-License-Identifier: GPL-2.0-only
/* /dev/ptwalk: who may open it, and which ioctl is whose. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "clock.h"
#include "compat/symbols.h"
#include "device.h"
#include "file.h"
#include "inspect.h"
#include "migrate.h"
#include "op.h"
#include "own/own.h"
#include "pagemaps.h"
#include "race.h"
#include "references.h"
#include "run.h"
#include "uapi/memory.h"
#include "uapi/ptwalk.h"

#ifdef __clang__
#define MAIN_COMPILER "clang " __clang_version__
#else
#define MAIN_COMPILER									\
	"gcc " __stringify(__GNUC__) "." __stringify(__GNUC_MINOR__) "."			\
	__stringify(__GNUC_PATCHLEVEL__)
#endif

static long main_query(void __user *arg)
{
	struct ptwalk_query query;
	u32 abi;

	if (copy_from_user(&query, arg, sizeof(query)))
		return -EFAULT;
	if (!query.abi || query.features || query.tsc_cpuid_khz || query.tsc_hypervisor_khz ||
	    query.page_size || query.block_ptes ||
	    memchr_inv(query.reserved, 0, sizeof(query.reserved)))
		return -EINVAL;

	abi = query.abi;
	query = (struct ptwalk_query){
		.abi = PTWALK_ABI,
		.nr_ops = PTWALK_NR_OPS,
		.tsc_khz = clock_khz(),
		.max_pages = PTWALK_MAX_PAGES,
		.max_iterations = PTWALK_MAX_ITERATIONS,
		.max_events = PTWALK_MAX_EVENTS,
		.nr_nodes = num_possible_nodes(),
		.features = PTWALK_FEATURE_EVENT_CONFIGS | PTWALK_FEATURE_TSC_LEAVES |
			    PTWALK_FEATURE_KEEP | PTWALK_FEATURE_COLD | PTWALK_FEATURE_OWN |
			    PTWALK_FEATURE_TELL | PTWALK_FEATURE_HASH | PTWALK_FEATURE_VMAS |
			    PTWALK_FEATURE_BUDGET_NS | PTWALK_FEATURE_PAGES |
			    PTWALK_FEATURE_RACE,
		.tsc_cpuid_khz = clock_cpu_khz(),
		.tsc_hypervisor_khz = clock_hypervisor_khz(),
		.page_size = PAGE_SIZE,
		.block_ptes = ARCH_BLOCK_PTES,
	};
	strscpy(query.release, init_utsname()->release, sizeof(query.release));
	strscpy(query.compiler, MAIN_COMPILER, sizeof(query.compiler));
	if (copy_to_user(arg, &query, sizeof(query)))
		return -EFAULT;
	return abi > PTWALK_ABI ? -EPROTONOSUPPORT : 0;
}

static long main_query_op(void __user *arg)
{
	struct ptwalk_query_op query;
	const struct op *op;
	const char *name;

	if (copy_from_user(&query, arg, sizeof(query)))
		return -EFAULT;
	op = op_at(query.index, &name);
	if (!op || query.reserved0 || memchr_inv(query.reserved, 0, sizeof(query.reserved)))
		return -EINVAL;

	query = (struct ptwalk_query_op){
		.index = query.index,
		.op = op->id,
		.flags = op->flags,
	};
	strscpy(query.name, name, sizeof(query.name));
	if (op_runnable(op, query.reason, sizeof(query.reason)))
		query.flags |= PTWALK_OPF_RUNNABLE;
	if (op->allocates)
		query.flags |= PTWALK_OPF_ALLOCATES;
	return copy_to_user(arg, &query, sizeof(query)) ? -EFAULT : 0;
}

static long main_query_own(void __user *arg)
{
	struct ptwalk_query_own query;
	const struct own *own;

	if (copy_from_user(&query, arg, sizeof(query)))
		return -EFAULT;
	own = own_at(query.index);
	if (!own || query.reserved0 || memchr_inv(query.reserved, 0, sizeof(query.reserved)))
		return -EINVAL;

	query = (struct ptwalk_query_own){
		.index = query.index,
		.op = own->op,
		.own = query.index + 1,
	};
	strscpy(query.name, own->name, sizeof(query.name));
	return copy_to_user(arg, &query, sizeof(query)) ? -EFAULT : 0;
}

static long main_inspect(void __user *arg)
{
	struct ptwalk_inspect *inspect;
	long ret;

	inspect = memdup_user(arg, sizeof(*inspect));
	if (IS_ERR(inspect))
		return PTR_ERR(inspect);
	ret = inspect_range(inspect);
	if (!ret && copy_to_user(arg, inspect, sizeof(*inspect)))
		ret = -EFAULT;
	kfree(inspect);
	return ret;
}

static long main_blocks(void __user *arg)
{
	struct ptwalk_blocks blocks;
	long ret;

	if (copy_from_user(&blocks, arg, sizeof(blocks)))
		return -EFAULT;
	ret = inspect_blocks(&blocks);
	if (!ret && copy_to_user(arg, &blocks, sizeof(blocks)))
		ret = -EFAULT;
	return ret;
}

static long main_migrate(struct devices *devices, void __user *arg)
{
	struct ptwalk_migrate migrate;
	long ret;

	if (copy_from_user(&migrate, arg, sizeof(migrate)))
		return -EFAULT;
	if (migrate.flags || memchr_inv(migrate.reserved, 0, sizeof(migrate.reserved)))
		return -EINVAL;
	pagemap_takers_enter();
	ret = migrate_range(devices, migrate.addr, migrate.len, migrate.to, migrate.phys,
			    &migrate.moved);
	pagemap_takers_leave();
	/* On an error too: what was moved before it is told then. */
	if (copy_to_user(arg, &migrate, sizeof(migrate)) && !ret)
		ret = -EFAULT;
	return ret;
}

static long main_run(struct devices *devices, void __user *arg)
{
	struct ptwalk_run run;
	long ret;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	ret = run_samples(&run, devices);
	/* On an error too: how many samples are done is told then. */
	if (copy_to_user(arg, &run, sizeof(run)) && !ret)
		ret = -EFAULT;
	return ret;
}

static long main_pagemaps(struct file *file, const void __user *arg)
{
	struct ptwalk_pagemaps ask;

	if (copy_from_user(&ask, arg, sizeof(ask)))
		return -EFAULT;
	return pagemaps_file_ask(file, &ask);
}

static long main_ioctl(struct file *file, unsigned int command, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (command) {
	case PTWALK_IOC_QUERY:
		return main_query(user);
	case PTWALK_IOC_QUERY_OP:
		return main_query_op(user);
	case PTWALK_IOC_QUERY_OWN:
		return main_query_own(user);
	case PTWALK_IOC_INSPECT:
		return main_inspect(user);
	case PTWALK_IOC_BLOCKS:
		return main_blocks(user);
	case PTWALK_IOC_RUN:
		return main_run(&file_of(file)->devices, user);
	case PTWALK_IOC_PAGEMAPS:
		return main_pagemaps(file, user);
	case PTWALK_IOC_MIGRATE:
		return main_migrate(&file_of(file)->devices, user);
	case PTWALK_IOC_QUERY_PROTOCOL:
		return race_ioctl_protocol(user);
	case PTWALK_IOC_RACE_DRIVER:
		return race_ioctl_driver(file, user);
	case PTWALK_IOC_RACE_WALK:
		return race_ioctl_walk(file, user);
	case PTWALK_IOC_RACE_TELL:
		return race_ioctl_tell(file, user);
	case PTWALK_IOC_RACE_MARK:
		return race_ioctl_mark(file, user);
	case PTWALK_IOC_RACE_TEARDOWN:
		return race_ioctl_teardown(file, user);
	default:
		return -ENOTTY;
	}
}

/* Between two looks whether pages of a closed file are still held. */
#define MAIN_AGAIN msecs_to_jiffies(100)

static struct workqueue_struct *main_closing;

/* Where pages are still held the module must stay, too, until they are not. */
static void main_end(struct work_struct *work)
{
	struct ptwalk_file *own = container_of(to_delayed_work(work), struct ptwalk_file, close);
	int held;

	if (own->pagemaps && !pagemaps_file_close(own->pagemaps))
		own->pagemaps = NULL;
	held = migrate_close(&own->devices);
	if (own->pagemaps || held) {
		queue_delayed_work(main_closing, &own->close, MAIN_AGAIN);
		return;
	}
	kfree(own);
	module_put(THIS_MODULE);
}

static int main_open(struct inode *inode, struct file *file)
{
	struct ptwalk_file *own;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	own = kzalloc(sizeof(*own), GFP_KERNEL);
	if (!own)
		return -ENOMEM;
	own->pagemaps = pagemaps_file_new();
	if (!own->pagemaps) {
		kfree(own);
		return -ENOMEM;
	}
	migrate_open(&own->devices);
	INIT_DELAYED_WORK(&own->close, main_end);
	file->private_data = own;
	return 0;
}

static int main_close(struct inode *inode, struct file *file)
{
	race_end(file_of(file)->race);
	/* The file's own reference is still there. */
	__module_get(THIS_MODULE);
	main_end(&file_of(file)->close.work);
	return 0;
}

static const struct file_operations main_fops = {
	.owner = THIS_MODULE,
	.open = main_open,
	.release = main_close,
	.mmap = pagemaps_file_mmap,
	.unlocked_ioctl = main_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice main_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ptwalk",
	.fops = &main_fops,
	.mode = 0600,
};

static int __init main_init(void)
{
	int ret;

	main_closing = alloc_workqueue("ptwalk", WQ_UNBOUND, 0);
	if (!main_closing)
		return -ENOMEM;
	compat_symbols_find();
	ret = own_check();
	if (ret)
		goto exit_closing;
	ret = dma_init();
	if (ret)
		goto exit_closing;
	ret = misc_register(&main_device);
	if (ret)
		goto exit_dma;
	return 0;

exit_dma:
	dma_exit();
exit_closing:
	destroy_workqueue(main_closing);
	return ret;
}

static void __exit main_exit(void)
{
	misc_deregister(&main_device);
	dma_exit();
	/* Waits until all that was closed is gone. */
	destroy_workqueue(main_closing);
}

module_init(main_init);
module_exit(main_exit);
MODULE_DESCRIPTION("Measure the kernel's page-walk hot path");
MODULE_LICENSE("GPL");
