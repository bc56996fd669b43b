// SPDX-License-Identifier: Apache-2.0
#include "engine/station/pool.h"

#include "engine/records/postgres.h"

#define ANSWER_MS     4000
#define LOOK_EVERY_US (2 * G_USEC_PER_SEC)
#define DELIVER_MOST  200
#define SETTLE_TRIES  2

struct _GyPool {
	GObject parent;

	/* fixed from the start */
	const GyStation *station;
	GySerialHolder holder;
	GMainContext *context;
	GThread *thread;

	/* both sides' */
	GMutex lock;
	GCond wake;
	gboolean is_woken;
	gboolean is_stopping;
	GyPoolState state;

	/* of the thread alone */
	GyRecords *records;
	GyPostgres *postgres; /* NULL: away */
};

G_DEFINE_FINAL_TYPE(GyPool, gy_pool, G_TYPE_OBJECT)

static guint changed_signal;

/* ---- telling -------------------------------------------------------------------------------------------- */

static gboolean
emit(gpointer data)
{
	g_signal_emit(data, changed_signal, 0);
	return G_SOURCE_REMOVE;
}

static void
tell(GyPool *pool, const GError *problem)
{
	const GyRecordFilter undelivered = {.undelivered = TRUE};
	gint64 n_queued = pool->records ? gy_records_count(pool->records, &undelivered, NULL) : 0;
	gint64 n_numbers = pool->records ? gy_serials_n_free(pool->records, pool->holder.series, NULL) : 0;

	g_mutex_lock(&pool->lock);
	pool->state.is_away = problem != NULL;
	pool->state.n_queued = (guint) MAX(n_queued, 0);
	pool->state.n_numbers = (guint) MAX(n_numbers, 0);
	g_free(pool->state.message);
	pool->state.message = problem ? g_strdup(problem->message) : NULL;
	g_mutex_unlock(&pool->lock);
	g_main_context_invoke_full(
		pool->context, G_PRIORITY_DEFAULT, emit, g_object_ref(pool), g_object_unref);
}

/* ---- delivering ----------------------------------------------------------------------------------------- */

static gboolean
deliver_one(GyPool *pool, const GyRecord *record, GError **error)
{
	gboolean is_conflict = FALSE;

	if (!gy_postgres_deliver(pool->postgres, record, pool->holder.series, &is_conflict, error))
		return FALSE;
	if (is_conflict) {
		g_warning("the serial number %s of run %s belongs to another run in the stations' database",
			record->serial_number, record->run);
		g_mutex_lock(&pool->lock);
		pool->state.n_conflicts++;
		g_mutex_unlock(&pool->lock);
	}
	return gy_records_set_delivered(pool->records, record->id, error);
}

static gboolean
deliver_all(GyPool *pool, GError **error)
{
	const GyRecordFilter undelivered = {.undelivered = TRUE, .most = DELIVER_MOST};

	for (;;) {
		g_autoptr(GPtrArray) list = gy_records_list(pool->records, &undelivered, error);

		if (!list)
			return FALSE;
		/* the oldest first */
		for (guint i = list->len; i-- > 0;)
			if (!deliver_one(pool, g_ptr_array_index(list, i), error))
				return FALSE;
		if (list->len < DELIVER_MOST)
			return TRUE;
	}
}

/* ---- numbers -------------------------------------------------------------------------------------------- */

/* What a run has used is told with its record; what a person has decided, nobody else tells. */
static gboolean
tell_decided(GyPool *pool, GStrv leased, GError **error)
{
	for (guint i = 0; leased[i]; i++)
		if (gy_serials_is_decided(pool->records, pool->holder.series, leased[i]) &&
			!gy_postgres_use(pool->postgres, &pool->holder, leased[i], error))
			return FALSE;
	return TRUE;
}

/*
 * What the pool says is this station's is what it has; also what was handed out just before it was killed. Only once all that
 * was used is delivered: before that, the pool takes used ones for unused.
 */
static gboolean
hold_numbers(GyPool *pool, GError **error)
{
	g_auto(GStrv) leased = gy_postgres_leased(pool->postgres, &pool->holder, error);

	return leased && tell_decided(pool, leased, error) &&
	       gy_serials_hold(pool->records, pool->holder.series, (const char *const *) leased, error);
}

static gboolean
take_numbers(GyPool *pool, GError **error)
{
	GySerialSource *source = pool->station->pool_source;
	guint block = pool->station->pool_block;
	gint64 n_free = source ? gy_serials_n_free(pool->records, pool->holder.series, error) : 0;
	g_auto(GStrv) taken = NULL;

	if (!source || n_free >= (block + 1) / 2)
		return n_free >= 0;
	taken = gy_postgres_lease(pool->postgres, &pool->holder, block - (guint) MAX(n_free, 0),
		gy_serial_source_first(source), gy_serial_source_number, source, error);
	return taken && hold_numbers(pool, error);
}

/* Forgotten here first: killed between the two, the next start finds them at the pool and has them again. */
static gboolean
give_back(GyPool *pool, GError **error)
{
	g_auto(GStrv) numbers = gy_serials_let_go(pool->records, pool->holder.series, error);

	return numbers && gy_postgres_give_back(
				  pool->postgres, &pool->holder, (const char *const *) numbers, error) >= 0;
}

/* ---- the thread ----------------------------------------------------------------------------------------- */

static gboolean
ensure_open(GyPool *pool, GError **error)
{
	if (!pool->records)
		pool->records = gy_records_open(pool->station->plan->records, error);
	if (!pool->records)
		return FALSE;
	if (pool->postgres && !gy_postgres_is_good(pool->postgres))
		g_clear_pointer(&pool->postgres, gy_postgres_close);
	if (!pool->postgres)
		pool->postgres = gy_postgres_open(pool->station->pool, ANSWER_MS, error);
	return pool->postgres != NULL;
}

static void
look(GyPool *pool)
{
	g_autoptr(GError) error = NULL;

	if (!ensure_open(pool, &error) || !deliver_all(pool, &error) || !hold_numbers(pool, &error) ||
		!take_numbers(pool, &error))
		g_info("%s", error->message);
	tell(pool, error);
}

/* Whether it goes on. */
static gboolean
wait_until_woken(GyPool *pool)
{
	gint64 until_us = g_get_monotonic_time() + LOOK_EVERY_US;
	gboolean goes_on;

	g_mutex_lock(&pool->lock);
	while (!pool->is_woken && !pool->is_stopping && g_cond_wait_until(&pool->wake, &pool->lock, until_us))
		;
	pool->is_woken = FALSE;
	goes_on = !pool->is_stopping;
	g_mutex_unlock(&pool->lock);
	return goes_on;
}

/* What has ended since; a connection that turns out to be a dead one is worth a second try. */
static void
settle(GyPool *pool)
{
	for (guint i = 1;; i++) {
		g_autoptr(GError) error = NULL;
		gboolean done =
			ensure_open(pool, &error) && deliver_all(pool, &error) && give_back(pool, &error);

		if (!done && i < SETTLE_TRIES)
			continue;
		if (!done)
			g_info("left for the next start: %s", error->message);
		tell(pool, error);
		return;
	}
}

static gpointer
run_thread(gpointer data)
{
	g_autoptr(GyPool) pool = data;

	do
		look(pool);
	while (wait_until_woken(pool));
	settle(pool);
	g_clear_pointer(&pool->postgres, gy_postgres_close);
	g_clear_pointer(&pool->records, gy_records_close);
	return NULL;
}

/* ---- the object ----------------------------------------------------------------------------------------- */

void
gy_pool_wake(GyPool *pool)
{
	g_mutex_lock(&pool->lock);
	pool->is_woken = TRUE;
	g_cond_signal(&pool->wake);
	g_mutex_unlock(&pool->lock);
}

void
gy_pool_state(GyPool *pool, GyPoolState *state)
{
	g_mutex_lock(&pool->lock);
	*state = pool->state;
	state->message = g_strdup(state->message);
	g_mutex_unlock(&pool->lock);
}

void
gy_pool_state_clear(GyPoolState *state)
{
	g_clear_pointer(&state->message, g_free);
}

void
gy_pool_stop(GyPool *pool)
{
	if (!pool->thread)
		return;
	g_mutex_lock(&pool->lock);
	pool->is_stopping = TRUE;
	g_cond_signal(&pool->wake);
	g_mutex_unlock(&pool->lock);
	g_thread_join(g_steal_pointer(&pool->thread));
}

static void
gy_pool_finalize(GObject *object)
{
	GyPool *pool = GY_POOL(object);

	g_clear_pointer(&pool->thread, g_thread_unref);
	g_main_context_unref(pool->context);
	gy_pool_state_clear(&pool->state);
	g_mutex_clear(&pool->lock);
	g_cond_clear(&pool->wake);
	G_OBJECT_CLASS(gy_pool_parent_class)->finalize(object);
}

static void
gy_pool_class_init(GyPoolClass *class)
{
	G_OBJECT_CLASS(class)->finalize = gy_pool_finalize;
	changed_signal = g_signal_new(
		"changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gy_pool_init(GyPool *pool)
{
	pool->context = g_main_context_ref_thread_default();
	g_mutex_init(&pool->lock);
	g_cond_init(&pool->wake);
}

GyPool *
gy_pool_new(const GyStation *station)
{
	const GySerialSource *source = station->plan->serials;
	GyPool *pool = g_object_new(GY_TYPE_POOL, NULL);

	pool->station = station;
	pool->holder = (GySerialHolder){
		.series = source ? gy_serial_source_series(source) : "", .station = station->plan->station};
	pool->thread = g_thread_new("gantry-pool", run_thread, g_object_ref(pool));
	return pool;
}
