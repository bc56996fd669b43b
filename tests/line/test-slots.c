// SPDX-License-Identifier: Apache-2.0
#include "engine/gang/gang.h"
#include "tests/discovery/computer.h"
#include "tests/line/rig.h"

/* Slots on a computer of umockdev's: what is plugged in where. What is done to the boards are commands. */

#define SECONDS_MAX 20

static const UsbAdapter left = {"1-4", "1a86", "7523", "QinHeng", "CH340", NULL};
static const UsbAdapter right = {"1-5", "1a86", "7523", "QinHeng", "CH340", NULL};

typedef struct {
	Computer *computer;
	GyPlan *plan;
	GyGang *gang;
	GySlot *left;
	GySlot *right;
	guint n_inserted;
	guint n_removed;
} Fixture;

static void
on_inserted(GyGang *gang, GySlot *slot, gpointer data)
{
	((Fixture *) data)->n_inserted++;
}

static void
on_removed(GyGang *gang, GySlot *slot, gpointer data)
{
	((Fixture *) data)->n_removed++;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	GyStep *step = gy_step_new(GY_STEP_RUN, "run it");

	step->command = g_strdup(data);
	fixture->computer = computer_new();
	fixture->plan = gy_plan_new();
	g_ptr_array_add(fixture->plan->steps, step);
	fixture->gang = gy_gang_new(fixture->plan, NULL, GY_DETECT_PORT);
	fixture->left = gy_gang_add(fixture->gang, "L", NULL, "path:1-4");
	fixture->right = gy_gang_add(fixture->gang, "R", NULL, "path:1-5");
	g_signal_connect(fixture->gang, "inserted", G_CALLBACK(on_inserted), fixture);
	g_signal_connect(fixture->gang, "removed", G_CALLBACK(on_removed), fixture);
	gy_gang_watch(fixture->gang);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_object_unref(fixture->gang);
	gy_plan_unref(fixture->plan);
	computer_free(fixture->computer);
}

static void
plug(Fixture *fixture, const UsbAdapter *adapter, const char *tty)
{
	computer_plug(fixture->computer, adapter);
	computer_add_tty(fixture->computer, adapter->usb_path, 0, tty);
}

typedef struct {
	GySlot *slot;
	GySlotState state;
} Wanted;

static gboolean
is_so(gpointer data)
{
	const Wanted *wanted = data;

	return gy_slot_state(wanted->slot) == wanted->state;
}

static void
wait_for(GySlot *slot, GySlotState state)
{
	Wanted wanted = {slot, state};

	rig_iterate_until(is_so, &wanted, SECONDS_MAX);
}

static void
start(Fixture *fixture, GySlot *slot)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(gy_gang_set_number(fixture->gang, slot, NULL));
	g_assert_true(gy_gang_start(fixture->gang, slot, &error));
	g_assert_no_error(error);
}

static void
a_slot_is_a_place(Fixture *fixture, gconstpointer data)
{
	plug(fixture, &left, "ttyUSB7");
	wait_for(fixture->left, GY_SLOT_SCAN);
	g_assert_cmpint(gy_slot_state(fixture->right), ==, GY_SLOT_EMPTY);
	computer_unplug(fixture->computer, "1-4");
	wait_for(fixture->left, GY_SLOT_EMPTY);
	/* the kernel counts otherwise this time, and its first number goes to the other one */
	plug(fixture, &right, "ttyUSB0");
	wait_for(fixture->right, GY_SLOT_SCAN);
	plug(fixture, &left, "ttyUSB1");
	wait_for(fixture->left, GY_SLOT_SCAN);
	g_assert_cmpuint(fixture->n_inserted, ==, 3);
	g_assert_cmpuint(fixture->n_removed, ==, 1);
}

static void
what_was_in_before_is_seen(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GyGang) late = NULL;
	GySlot *slot;

	plug(fixture, &right, "ttyUSB0");
	late = gy_gang_new(fixture->plan, NULL, GY_DETECT_PORT);
	slot = gy_gang_add(late, "R", NULL, "path:1-5");
	gy_gang_watch(late);
	g_assert_cmpint(gy_slot_state(slot), ==, GY_SLOT_SCAN);
}

static void
pass_goes_with_the_board(Fixture *fixture, gconstpointer data)
{
	plug(fixture, &left, "ttyUSB0");
	wait_for(fixture->left, GY_SLOT_SCAN);
	start(fixture, fixture->left);
	wait_for(fixture->left, GY_SLOT_PASS);
	computer_unplug(fixture->computer, "1-4");
	wait_for(fixture->left, GY_SLOT_EMPTY);
	g_assert_cmpstr(gy_slot_step(fixture->left), ==, "");
}

static void
failure_stays_until_someone_acts(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	plug(fixture, &left, "ttyUSB0");
	wait_for(fixture->left, GY_SLOT_SCAN);
	start(fixture, fixture->left);
	wait_for(fixture->left, GY_SLOT_FAIL);
	g_assert_cmpstr(gy_slot_code(fixture->left), ==, "check/failed");
	g_assert_false(gy_gang_start(fixture->gang, fixture->left, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_SLOT_BUSY);
	g_assert_true(gy_gang_again(fixture->gang, fixture->left, NULL));
	g_assert_true(gy_gang_start(fixture->gang, fixture->left, NULL));
	wait_for(fixture->left, GY_SLOT_FAIL);
	computer_unplug(fixture->computer, "1-4");
	wait_for(fixture->left, GY_SLOT_EMPTY);
	g_assert_cmpstr(gy_slot_code(fixture->left), ==, "");
}

/* One that is pulled out in its turn is told of until the next one comes; its neighbour goes on. */
static void
one_cable_pulled(Fixture *fixture, gconstpointer data)
{
	plug(fixture, &left, "ttyUSB0");
	plug(fixture, &right, "ttyUSB1");
	wait_for(fixture->left, GY_SLOT_SCAN);
	wait_for(fixture->right, GY_SLOT_SCAN);
	start(fixture, fixture->left);
	start(fixture, fixture->right);
	computer_unplug(fixture->computer, "1-4");
	wait_for(fixture->left, GY_SLOT_FAIL);
	wait_for(fixture->right, GY_SLOT_FAIL);
	g_assert_true(gy_slot_is_present(fixture->right));
	g_assert_false(gy_slot_is_present(fixture->left));
	plug(fixture, &left, "ttyUSB2");
	wait_for(fixture->left, GY_SLOT_SCAN);
	g_assert_cmpint(gy_slot_state(fixture->right), ==, GY_SLOT_FAIL);
}

#define ADD(path, command, func) g_test_add("/line/slots/" path, Fixture, command, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("a-slot-is-a-place", "true", a_slot_is_a_place);
	ADD("what-was-in-before-is-seen", "true", what_was_in_before_is_seen);
	ADD("pass-goes-with-the-board", "true", pass_goes_with_the_board);
	ADD("failure-stays-until-someone-acts", "false", failure_stays_until_someone_acts);
	ADD("one-cable-pulled", "sh -c 'sleep 0.2; false'", one_cable_pulled);
	return g_test_run();
}
