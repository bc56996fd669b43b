// SPDX-License-Identifier: Apache-2.0
#include "ui/model/board-list.h"

struct _GyBoardList {
	GObject parent;

	GListModel *devices;
	GPtrArray *of_devices; /* GyBoard, in the order of devices */
	GListStore *boards;
	guint n_simulated;
};

static void gy_board_list_model_init(GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE(GyBoardList, gy_board_list, G_TYPE_OBJECT,
	G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, gy_board_list_model_init))

static GType
get_item_type(GListModel *model)
{
	return GY_TYPE_BOARD;
}

static guint
get_n_items(GListModel *model)
{
	return g_list_model_get_n_items(G_LIST_MODEL(GY_BOARD_LIST(model)->boards));
}

static gpointer
get_item(GListModel *model, guint i)
{
	return g_list_model_get_item(G_LIST_MODEL(GY_BOARD_LIST(model)->boards), i);
}

static void
gy_board_list_model_init(GListModelInterface *interface)
{
	interface->get_item_type = get_item_type;
	interface->get_n_items = get_n_items;
	interface->get_item = get_item;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	return gy_board_compare((GyBoard *) a, (GyBoard *) b);
}

static void
remove_board(GyBoardList *list, GyBoard *board)
{
	guint i;

	if (g_list_store_find(list->boards, board, &i))
		g_list_store_remove(list->boards, i);
}

/* (transfer full) (nullable): one whose port went away while a job worked with it, and is the port of @device */
static GyBoard *
waiting_for(GyBoardList *list, GyDevice *device)
{
	const GyPort *port = gy_device_port(device);
	guint n = get_n_items(G_LIST_MODEL(list));

	for (guint i = 0; i < n; i++) {
		g_autoptr(GyBoard) board = get_item(G_LIST_MODEL(list), i);

		if (gy_board_state(board) == GY_BOARD_UNPLUGGED &&
			(g_str_equal(gy_board_path(board), port->path) ||
				(*port->place && g_str_equal(gy_board_place(board), port->place))))
			return g_steal_pointer(&board);
	}
	return NULL;
}

static void
device_went(GyBoardList *list, guint position)
{
	GyBoard *board = g_ptr_array_index(list->of_devices, position);

	if (gy_board_is_flashing(board))
		gy_board_set_device(board, NULL);
	else
		remove_board(list, board);
	g_ptr_array_remove_index(list->of_devices, position);
}

static void
device_came(GyBoardList *list, guint position)
{
	g_autoptr(GyDevice) device = g_list_model_get_item(list->devices, position);
	g_autoptr(GyBoard) board = waiting_for(list, device);

	if (board) {
		gy_board_set_device(board, device);
	} else {
		board = gy_board_new(device);
		g_list_store_insert_sorted(list->boards, board, compare, NULL);
	}
	g_ptr_array_insert(list->of_devices, (int) position, g_object_ref(board));
}

static void
on_devices_changed(GListModel *devices, guint position, guint removed, guint added, GyBoardList *list)
{
	for (guint i = 0; i < removed; i++)
		device_went(list, position);
	for (guint i = 0; i < added; i++)
		device_came(list, position + i);
}

static void
on_boards_changed(GListModel *boards, guint position, guint removed, guint added, GyBoardList *list)
{
	g_list_model_items_changed(G_LIST_MODEL(list), position, removed, added);
}

static void
gy_board_list_dispose(GObject *object)
{
	GyBoardList *list = GY_BOARD_LIST(object);

	if (list->devices)
		g_signal_handlers_disconnect_by_data(list->devices, list);
	g_clear_object(&list->devices);
	if (list->boards)
		g_signal_handlers_disconnect_by_data(list->boards, list);
	g_clear_object(&list->boards);
	g_clear_pointer(&list->of_devices, g_ptr_array_unref);
	G_OBJECT_CLASS(gy_board_list_parent_class)->dispose(object);
}

static void
gy_board_list_class_init(GyBoardListClass *class)
{
	G_OBJECT_CLASS(class)->dispose = gy_board_list_dispose;
}

static void
gy_board_list_init(GyBoardList *list)
{
	list->of_devices = g_ptr_array_new_with_free_func(g_object_unref);
	list->boards = g_list_store_new(GY_TYPE_BOARD);
	g_signal_connect(list->boards, "items-changed", G_CALLBACK(on_boards_changed), list);
}

GyBoardList *
gy_board_list_new(GListModel *devices)
{
	GyBoardList *list = g_object_new(GY_TYPE_BOARD_LIST, NULL);

	list->devices = g_object_ref(devices);
	g_signal_connect(devices, "items-changed", G_CALLBACK(on_devices_changed), list);
	on_devices_changed(devices, 0, 0, g_list_model_get_n_items(devices), list);
	return list;
}

GyBoard *
gy_board_list_add_simulated(GyBoardList *list, GySimulatedBoard *simulated)
{
	g_autoptr(GyBoard) board = gy_board_new_simulated(simulated, ++list->n_simulated);

	g_list_store_insert_sorted(list->boards, board, compare, NULL);
	return board;
}

void
gy_board_list_remove_simulated(GyBoardList *list, GyBoard *board)
{
	g_return_if_fail(gy_board_is_simulated(board));
	remove_board(list, board);
}

void
gy_board_list_settle(GyBoardList *list)
{
	for (guint i = get_n_items(G_LIST_MODEL(list)); i > 0; i--) {
		g_autoptr(GyBoard) board = get_item(G_LIST_MODEL(list), i - 1);

		if (gy_board_state(board) == GY_BOARD_UNPLUGGED && !gy_board_is_flashing(board))
			g_list_store_remove(list->boards, i - 1);
	}
}
