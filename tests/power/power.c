// SPDX-License-Identifier: Apache-2.0
#include "tests/power/power.h"

#include <string.h>

static void
load(PowerCuts *cuts, const guint8 *state)
{
	memcpy(cuts->flash->bytes, state, cuts->flash->nor.size);
	gya_nor_file_power_on(cuts->flash);
	cuts->flash->n_operations = 0;
}

static PowerOutcome
settle(PowerCuts *cuts)
{
	guint64 faults = cuts->flash->n_faults;

	cuts->start(cuts->data);
	g_assert_false(cuts->flash->is_dead);
	// whatever is left, nothing programs a bit that is already gone
	g_assert_cmpuint(cuts->flash->n_faults, ==, faults);
	return cuts->look(cuts->data);
}

static void
check_second(PowerCuts *cuts, const guint8 *state, guint64 n_operations, guint32 seed)
{
	guint64 n = MIN(cuts->n_second, n_operations);

	for (guint64 i = 0; i < n; i++) {
		guint64 at = n == n_operations ? i : (seed + i * n_operations / n) % n_operations;

		load(cuts, state);
		cuts->flash->cut = (struct gya_nor_cut){
			.moment = GYA_NOR_MIDDLE, .operation = at, .seed = seed + (guint32) i};
		cuts->start(cuts->data);
		g_assert_true(cuts->flash->is_dead);
		gya_nor_file_power_on(cuts->flash);
		cuts->n_outcomes[1][settle(cuts)]++;
	}
}

static void
check_state(PowerCuts *cuts, const guint8 *state, guint32 seed)
{
	load(cuts, state);
	cuts->n_outcomes[0][settle(cuts)]++;
	check_second(cuts, state, cuts->flash->n_operations, seed);
}

static void
check_operation(
	PowerCuts *cuts, guint8 *state, guint8 *torn, const struct gya_nor_operation *operation, guint32 seed)
{
	check_state(cuts, state, seed);
	for (guint i = 0; i < cuts->n_mixtures; i++) {
		memcpy(torn, state, cuts->flash->nor.size);
		gya_nor_operation_tear(operation, seed + i, torn + operation->offset);
		check_state(cuts, torn, seed + i);
	}
	memcpy(state + operation->offset, operation->after, operation->size);
}

// Takes the record away from the flash, which goes on without one.
static struct gya_nor_operation *
record(PowerCuts *cuts, gsize *n_log)
{
	struct gya_nor_operation *log;

	gya_nor_file_record(cuts->flash);
	cuts->act(cuts->data);
	log = cuts->flash->log;
	*n_log = cuts->flash->n_log;
	cuts->flash->log = NULL;
	cuts->flash->n_log = 0;
	cuts->flash->log_room = 0;
	gya_nor_file_forget(cuts->flash);
	return log;
}

void
power_cuts_head(void)
{
	g_test_message("%-28s %10s   %21s   %21s", "", "", "first cuts", "second cuts");
	g_test_message("%-28s %10s   %6s %6s %7s   %6s %6s %7s", "cut during", "operations", "old", "new",
		"neither", "old", "new", "neither");
}

static void
report(const PowerCuts *cuts)
{
	const guint *first = cuts->n_outcomes[0];
	const guint *second = cuts->n_outcomes[1];

	g_test_message("%-28s %10zu   %6u %6u %7u   %6u %6u %7u", cuts->name, cuts->n_operations,
		first[POWER_OLD], first[POWER_NEW], first[POWER_NEITHER], second[POWER_OLD],
		second[POWER_NEW], second[POWER_NEITHER]);
	g_assert_cmpuint(first[POWER_NEITHER] + second[POWER_NEITHER], ==, 0);
}

void
power_cuts_check(PowerCuts *cuts)
{
	gsize size = cuts->flash->nor.size;
	g_autofree guint8 *state = g_memdup2(cuts->flash->bytes, size);
	g_autofree guint8 *torn = g_malloc(size);
	struct gya_nor_operation *log = record(cuts, &cuts->n_operations);

	g_assert_cmpuint(cuts->n_operations, >, 0);
	for (gsize i = 0; i < cuts->n_operations; i++) {
		check_operation(cuts, state, torn, &log[i], (guint32) i * 131);
		g_free(log[i].before);
	}
	g_free(log);
	check_state(cuts, state, 0);
	load(cuts, state);
	settle(cuts);
	report(cuts);
}
