// SPDX-License-Identifier: GPL-2.0-only
// The filter of the list of series, and the copy buttons. Pages work without it.
'use strict';

function setUpFilter(input) {
	const rows = Array.from(document.querySelectorAll('#series tbody tr'));
	const names = rows.map((row) => row.textContent.toLowerCase());
	const count = document.getElementById('count');

	function apply() {
		const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
		let shown = 0;

		rows.forEach((row, i) => {
			row.hidden = !words.every((word) => names[i].includes(word));
			shown += row.hidden ? 0 : 1;
		});
		count.textContent = shown + ' of ' + rows.length;
	}

	function fromHash() {
		if (!location.hash.startsWith('#q='))
			return;
		try {
			input.value = decodeURIComponent(location.hash.slice(3));
		} catch (error) {
			input.value = location.hash.slice(3);
		}
		apply();
		document.getElementById('series').scrollIntoView();
	}

	input.addEventListener('input', () => {
		apply();
		history.replaceState(null, '', '#q=' + encodeURIComponent(input.value));
	});
	addEventListener('hashchange', fromHash);
	addEventListener('keydown', (event) => {
		if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey &&
		    document.activeElement !== input) {
			event.preventDefault();
			input.focus();
			input.select();
		} else if (event.key === 'Escape' && document.activeElement === input) {
			input.value = '';
			input.dispatchEvent(new Event('input'));
			input.blur();
		}
	});
	document.getElementById('filter').hidden = false;
	apply();
	fromHash();
}

// Pages that are opened from a file may have no clipboard; then the text is selected first.
async function copyText(element) {
	try {
		await navigator.clipboard.writeText(element.textContent);
		return true;
	} catch (error) {
		getSelection().selectAllChildren(element);
		return document.execCommand('copy');
	}
}

function setUpCopy(button) {
	const source = button.parentElement.querySelector('code, pre');

	button.hidden = false;
	button.addEventListener('click', async () => {
		button.textContent = await copyText(source) ? 'copied' : 'press Ctrl+C';
		setTimeout(() => { button.textContent = 'copy'; }, 2000);
	});
}

// Where a picture is wider than the screen, its newest end is what is looked for.
function showNewest(picture) {
	picture.scrollLeft = picture.scrollWidth;
}

const input = document.getElementById('q');
if (input)
	setUpFilter(input);
document.querySelectorAll('button.copy').forEach(setUpCopy);
document.querySelectorAll('.picture').forEach(showNewest);
