// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtk/gtk.h>

#include "ui/model/factory.h"

/**
 * GySlotView:
 *
 * A slot as an operator reads it from two metres: the word first, then its colour. Signal `retry`: the person wants the failed
 * board to be tried again.
 */
#define GY_TYPE_SLOT_VIEW (gy_slot_view_get_type())
G_DECLARE_FINAL_TYPE(GySlotView, gy_slot_view, GY, SLOT_VIEW, GtkBox)

/** gy_slot_view_new: @number_size: characters of the longest serial number, which there is room for; 0: not known. */
GtkWidget *gy_slot_view_new(GyFactorySlot *slot, guint number_size);
GyFactorySlot *gy_slot_view_slot(GySlotView *view);
