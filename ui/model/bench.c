// SPDX-License-Identifier: Apache-2.0
#include "ui/model/bench.h"

struct _GyBench {
	GObject parent;

	GyDevices *devices;
};

G_DEFINE_FINAL_TYPE(GyBench, gy_bench, G_TYPE_OBJECT)

static void
gy_bench_dispose(GObject *object)
{
	GyBench *bench = GY_BENCH(object);

	g_clear_object(&bench->devices);
	G_OBJECT_CLASS(gy_bench_parent_class)->dispose(object);
}

static void
gy_bench_class_init(GyBenchClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_bench_dispose;
}

static void
gy_bench_init(GyBench *bench)
{
	bench->devices = gy_devices_new();
}

GyBench *
gy_bench_new(void)
{
	return g_object_new(GY_TYPE_BENCH, NULL);
}

void
gy_bench_rescan(GyBench *bench)
{
	gy_devices_refresh(bench->devices);
}
