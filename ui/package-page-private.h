// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/model/package-inspection.h"
#include "ui/package-builder.h"
#include "ui/package-page.h"
#include "ui/package-view.h"

/* The page has three files: what is seen, the recipes that come and go, and the window's actions. */

struct _GyPackagePage {
	GyPage parent;

	AdwWindowTitle *title;
	GtkMenuButton *new_button;
	GtkWidget *recipe_button;
	GtkWidget *verify_button;
	GtkWidget *flash_button;
	GtkStack *states;
	GtkLabel *loading_text;
	AdwStatusPage *failed;
	GtkWidget *make_button;
	AdwBin *key_error_place;
	GtkSpinner *check_spinner;
	GyPackageView *view;
	GyPackageBuilder *builder;

	GyPackageInspection *inspection;
	GActionMap *actions;   /* of the window, not owned */
	GyPackageRecipe *next; /* waits for a person to give up the one that is there */
	gboolean is_making;    /* the recipe is looked at, not the package */
	guint loading;
};

/** gy_package_page_show_state: looks again at what there is: package, recipe or nothing. */
void gy_package_page_show_state(GyPackagePage *page);
void gy_package_page_show_title(GyPackagePage *page);

/* ---- package-page-recipes.c ---- */

/** gy_package_page_usual_format: (nullable): the first system that packages can be made for. */
const GyFormat *gy_package_page_usual_format(void);
/** gy_package_page_begin: what was not saved before is not thrown away unasked. */
void gy_package_page_begin(GyPackagePage *page, GyPackageRecipe *recipe);
/** gy_package_page_begin_with_files: a new recipe of images. */
void gy_package_page_begin_with_files(GyPackagePage *page, const char *const *paths);
/** gy_package_page_open_recipe: @page: a GyPackagePage, as the callback of gy_package_choose(). */
void gy_package_page_open_recipe(const char *path, gpointer page);

/* ---- package-page-actions.c ---- */

/** gy_package_page_add_actions: to the window that the page is in now, if it takes any. */
void gy_package_page_add_actions(GyPackagePage *page);
void gy_package_page_remove_actions(GyPackagePage *page);
/** gy_package_page_show_actions: which of them can be done now. */
void gy_package_page_show_actions(GyPackagePage *page);
/** gy_package_page_new_menu: (transfer full): a package for each system, and recipes. */
GMenuModel *gy_package_page_new_menu(void);
