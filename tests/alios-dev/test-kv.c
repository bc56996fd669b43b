// SPDX-License-Identifier: Apache-2.0
#include <aos/kv.h>
#include <string.h>

#include "tests/alios-dev/device.h"
#include "tests/power/power.h"

#define KEYS       9
#define VALUE_MOST 160

// What the store has to hold: each key's value, or nothing.
typedef struct {
	guint8 value[KEYS][VALUE_MOST];
	int size[KEYS];
} Model;

static void
key_of(guint key, char text[16])
{
	g_snprintf(text, 16, "key_%u", key);
}

static gboolean
holds(const Model *model)
{
	for (guint i = 0; i < KEYS; i++) {
		guint8 value[VALUE_MOST];
		int size = sizeof value;
		char key[16];
		int result;

		key_of(i, key);
		result = aos_kv_get(key, value, &size);
		if (model->size[i] == 0 ? result == 0
					: result != 0 || size != model->size[i] ||
						  memcmp(value, model->value[i], (gsize) size) != 0)
			return FALSE;
	}
	return TRUE;
}

static void
change(Model *model, GRand *rand, guint key)
{
	model->size[key] = g_rand_int_range(rand, 0, 4) == 0 ? 0 : g_rand_int_range(rand, 1, VALUE_MOST + 1);
	for (int i = 0; i < model->size[key]; i++)
		model->value[key][i] = (guint8) g_rand_int(rand);
}

static int
apply(const Model *model, guint key)
{
	char text[16];

	key_of(key, text);
	return model->size[key] == 0 ? aos_kv_del(text)
				     : aos_kv_set(text, model->value[key], model->size[key], 1);
}

// Far more than the two sectors have room for, so that they are cleared many times.
static void
test_holds(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32) g_test_rand_int());
	Model model = {0};

	for (guint i = 0; i < 800; i++) {
		guint key = (guint) g_rand_int_range(rand, 0, KEYS);

		change(&model, rand, key);
		g_assert_cmpint(apply(&model, key), ==, 0);
		if (i % 40 == 0)
			device_power_on(device);
		if (i % 8 == 0)
			g_assert_true(holds(&model));
	}
	g_assert_cmpuint(device->flash->n_faults, ==, 0);
}

static void
test_limits(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	guint8 value[VALUE_MOST + 1] = {1};
	int size = 3;

	g_assert_cmpint(aos_kv_get("nothing", value, &size), <, 0);
	g_assert_cmpint(aos_kv_del("nothing"), ==, 0);
	g_assert_cmpint(aos_kv_set("", value, 1, 1), <, 0);
	g_assert_cmpint(aos_kv_set("a-key-of-more-than-31-characters", value, 1, 1), <, 0);
	g_assert_cmpint(aos_kv_set("a-key-of-exactly-31-characters_", value, 1, 1), ==, 0);
	g_assert_cmpint(aos_kv_set("long", value, VALUE_MOST + 1, 1), <, 0);
	g_assert_cmpint(aos_kv_set("long", value, 0, 1), <, 0);
	g_assert_cmpint(aos_kv_set("long", value, VALUE_MOST, 1), ==, 0);
	g_assert_cmpint(aos_kv_get("long", value, &size), <, 0);
	g_assert_cmpint(size, ==, 3);
}

static void
test_same_is_not_written(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	guint64 before;

	g_assert_cmpint(aos_kv_set("a", "12", 2, 1), ==, 0);
	before = device->flash->n_operations;
	g_assert_cmpint(aos_kv_set("a", "12", 2, 1), ==, 0);
	g_assert_cmpuint(device->flash->n_operations, ==, before);
	g_assert_cmpint(aos_kv_set("a", "13", 2, 1), ==, 0);
	g_assert_cmpuint(device->flash->n_operations, >, before);
}

// ---- power ----

typedef struct {
	Device *device;
	Model old;
	Model new;
	guint key;
} Setting;

static void
set(gpointer data)
{
	Setting *setting = data;

	(void) apply(&setting->new, setting->key);
}

static void
start(gpointer data)
{
	Setting *setting = data;

	device_power_on(setting->device);
	// something else is stored after it
	(void) aos_kv_set("other", "x", 1, 1);
	(void) aos_kv_del("other");
}

static PowerOutcome
look(gpointer data)
{
	Setting *setting = data;

	if (holds(&setting->new))
		return POWER_NEW;
	return holds(&setting->old) ? POWER_OLD : POWER_NEITHER;
}

static void
test_power(void)
{
	g_autoptr(Device) device = device_new(&gya_alios_board_small_direct);
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	gboolean is_full = g_getenv("GANTRY_FULL") != NULL;
	Setting setting = {.device = device};

	power_cuts_head();
	for (guint i = 0; i < (is_full ? 300 : 30); i++) {
		PowerCuts cuts = {.name = "value",
			.flash = device->flash,
			.data = &setting,
			.act = set,
			.start = start,
			.look = look,
			.n_mixtures = 2,
			.n_second = 2};

		setting.key = (guint) g_rand_int_range(rand, 0, KEYS);
		setting.old = setting.new;
		// deleting what is not there would be nothing to cut
		do
			change(&setting.new, rand, setting.key);
		while (setting.new.size[setting.key] == 0 && setting.old.size[setting.key] == 0);
		power_cuts_check(&cuts);
		g_assert_true(holds(&setting.new));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alios-dev/kv/holds-what-was-set-last", test_holds);
	g_test_add_func("/alios-dev/kv/limits", test_limits);
	g_test_add_func("/alios-dev/kv/what-is-there-is-not-written-again", test_same_is_not_written);
	g_test_add_func("/alios-dev/kv/power/old-or-new", test_power);
	return g_test_run();
}
