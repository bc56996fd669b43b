/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/hota/module-private.h"

struct word {
	const char *at;
	uint32_t size;
	bool is_number;
};

static bool
is_separator(char c)
{
	return c == '.' || c == '|' || c == ' ';
}

/* The next word of `*text`, which moves behind it; false at the end. */
static bool
next_word(const char **text, struct word *word)
{
	const char *at = *text;

	while (is_separator(*at))
		at++;
	word->at = at;
	word->is_number = true;
	for (; *at && !is_separator(*at); at++)
		if (*at < '0' || *at > '9')
			word->is_number = false;
	word->size = (uint32_t) (at - word->at);
	*text = at;
	return word->size > 0;
}

/* Numbers of any length: without leading zeros the longer one is the greater one. */
static void
strip_zeros(struct word *word)
{
	while (word->size > 1 && *word->at == '0') {
		word->at++;
		word->size--;
	}
}

static int
compare_bytes(const struct word *a, const struct word *b)
{
	uint32_t i;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	for (i = 0; i < a->size; i++)
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	return 0;
}

static bool
is_same_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool
hota_version_may_follow(const char *running, const char *package)
{
	const char *left = running;
	const char *right = package;
	struct word old, new;

	while (next_word(&left, &old) && next_word(&right, &new)) {
		bool are_numbers = old.is_number && new.is_number;
		int order;

		if (are_numbers) {
			strip_zeros(&old);
			strip_zeros(&new);
		}
		order = compare_bytes(&old, &new);
		if (order != 0)
			return are_numbers && order < 0;
	}
	return !is_same_text(running, package);
}
