// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/place.h"
#include "base/str.h"
#include "tests/unit/unit.h"

static const char *const variables[] = {
	"PTWALK_HOME",	  "PTWALK_CACHE",  "PTWALK_RESULTS", "PTWALK_SOURCE",
	"XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME",
};

/* Only these: "NAME=VALUE", NULL-terminated. */
static void only(const char *const *set)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	for (; *set; set++)
		assert_int_equal(putenv((char *)*set), 0);
}

static void assert_place(char *path, const char *want)
{
	assert_string_equal(path, want);
	free(path);
}

TEST(test_one_folder_holds_all)
{
	only((const char *const[]){ "PTWALK_HOME=/p", "XDG_CACHE_HOME=/c", "XDG_DATA_HOME=/d",
				    "HOME=/h", NULL });
	assert_int_equal(place_check(NULL), 0);
	assert_place(place_cache(), "/p/cache");
	assert_place(place_runs(), "/p/runs");
	assert_place(place_store(NULL), "/p/store.db");
}

TEST(test_what_is_named_by_itself_comes_first)
{
	only((const char *const[]){ "PTWALK_HOME=/p", "PTWALK_CACHE=/c", "PTWALK_RESULTS=/r",
				    NULL });
	assert_place(place_cache(), "/c");
	assert_place(place_runs(), "/r");
	assert_place(place_store(NULL), "/r/store.db");
}

TEST(test_another_folder_of_runs_has_its_own_store)
{
	only((const char *const[]){ "PTWALK_HOME=/p", NULL });
	assert_place(place_store("/p/runs"), "/p/store.db");
	assert_place(place_store("/other"), "/other/store.db");
	assert_place(place_own_store("/other"), "/other/store.db");
	assert_null(place_own_store("/p/runs"));
}

TEST(test_the_users_folders)
{
	only((const char *const[]){ "HOME=/h", NULL });
	assert_place(place_cache(), "/h/.cache/ptwalk");
	assert_place(place_store(NULL), "/h/.local/share/ptwalk/store.db");
	only((const char *const[]){ "HOME=/h", "XDG_CACHE_HOME=/c", "XDG_DATA_HOME=/d", NULL });
	assert_place(place_cache(), "/c/ptwalk");
	assert_place(place_store(NULL), "/d/ptwalk/store.db");
	/* XDG: one that is not absolute is none. */
	only((const char *const[]){ "HOME=/h", "XDG_CACHE_HOME=c", "XDG_DATA_HOME=", NULL });
	assert_place(place_cache(), "/h/.cache/ptwalk");
	assert_place(place_store(NULL), "/h/.local/share/ptwalk/store.db");
}

TEST(test_no_home_is_said)
{
	struct err err = { 0 };

	only((const char *const[]){ "HOME=", NULL });
	assert_true(place_check(&err) < 0);
	assert_non_null(strstr(err.text, "neither PTWALK_HOME nor HOME is set"));
	only((const char *const[]){ "XDG_CACHE_HOME=/c", NULL });
	assert_true(place_check(&err) < 0);
	only((const char *const[]){ "PTWALK_HOME=/p", NULL });
	assert_int_equal(place_check(&err), 0);
}

TEST(test_another_suite)
{
	only((const char *const[]){ "PTWALK_SOURCE=/s", "HOME=/h", NULL });
	assert_place(place_suite("kernels/policy"), "/s/kernels/policy");
}
