/* SPDX-License-Identifier: MIT */
#include "host/pci.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

#define DEVICES "bus/pci/devices/"

static void
pci_load_reads_the_cpus_near_a_device(void **state)
{
	static const struct {
		const char *address;
		bool found;
		const char *local;
	} row[] = {
		{"0000:0b:00.0", true, "8-15,24-31"},
		{"0000:0c:00.0", true, ""},
		{"10000:01:00.0", true, "0"},
		{"0000:0b:00.1", false, ""},
		{"", false, ""},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, DEVICES "0000:0b:00.0/local_cpulist", "8-15,24-31\n");
	tree_put(&tree, DEVICES "0000:0c:00.0/local_cpulist", "\n");
	tree_put(&tree, DEVICES "10000:01:00.0/local_cpulist", "0\n");
	for (size_t i = 0; i < COUNT(row); i++) {
		struct pci_device device = {.found = !row[i].found};
		struct error e;
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(pci_load(&tree.root, row[i].address, &device, &e), 0);
		if (device.found != row[i].found ||
			strcmp(cpus_format(&device.local, text), row[i].local) != 0)
			fail_msg("%s: %d '%s'", row[i].address, device.found, text);
	}
	tree_remove(&tree);
}

static void
pci_load_names_the_list_that_it_cannot_read(void **state)
{
	struct pci_device device = {0};
	struct tree tree;
	struct error e;
	char path[512];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, DEVICES "0000:0b:00.0/local_cpulist", "bogus\n");
	assert_int_equal(pci_load(&tree.root, "0000:0b:00.0", &device, &e), -EINVAL);
	assert_string_equal(e.what, "read the list of CPUs 'bogus'");
	assert_string_equal(e.where,
		root_path(&tree.root, DEVICES "0000:0b:00.0/local_cpulist", path, sizeof(path)));
	assert_false(device.found);
	tree_remove(&tree);
}

static void
driver_put(const struct tree *tree, const char *address, const char *driver)
{
	char link[128], target[128];

	(void)snprintf(link, sizeof(link), DEVICES "%s/driver", address);
	(void)snprintf(target, sizeof(target), "../../../../bus/pci/drivers/%s", driver);
	assert_int_equal(symlinkat(target, tree->root.fd, link), 0);
}

static void
pci_list_has_what_is_of_interest_to_vms(void **state)
{
	static const struct {
		const char *address, *class, *driver, *node, *local; /* NULL: no such file */
		const char *word;                                    /* NULL: not in the list */
		int want_node;
	} row[] = {
		{"0000:00:00.0", "0x060000", NULL, "0", "0-7", NULL, 0}, /* host bridge */
		{"0000:00:14.0", "0x0c0330", "xhci_hcd", "-1", "0-7", "USB", -1},
		{"0000:00:1f.3", "0x040300", NULL, NULL, NULL, "audio", -1},
		{"0000:01:00.0", "0x030000", "vfio-pci", "1", "4-7", "display", 1},
		{"0000:01:00.1", "0x040380", "vfio-pci", "1", "bogus", "audio", 1},
		{"0000:02:00.0", "0x010802", "nvme", "1", "", "NVMe", 1},
		{"0000:02:00.1", "0x010601", "ahci", "1", "4-7", NULL, 0},
		{"0000:03:00.0", "0x028000", NULL, "bogus", "0", "network", -1},
		{"0000:04:00.0", "0x120000", "vfio-pci", "0", "0-3", "device", 0},
		{"0000:05:00.0", NULL, NULL, "0", "0-3", NULL, 0},
		{"10000:01:00.0", "0x010802", NULL, "0", "0-3", "NVMe", 0},
	};
	auto_free struct pci_entry *list = NULL;
	struct tree tree;
	struct error e;
	size_t got = 0;
	int count;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, DEVICES "no-address/class", "0x030000\n");
	for (size_t i = COUNT(row); i-- > 0;) {
		const char *const values[][2] = {{"class", row[i].class},
			{"numa_node", row[i].node}, {"local_cpulist", row[i].local},
			{"vendor", "0x8086"}};
		char name[128];

		for (size_t j = 0; j < COUNT(values); j++) {
			(void)snprintf(
				name, sizeof(name), DEVICES "%s/%s", row[i].address, values[j][0]);
			if (values[j][1] != NULL)
				tree_put(&tree, name, values[j][1]);
		}
		if (row[i].driver != NULL)
			driver_put(&tree, row[i].address, row[i].driver);
	}
	count = pci_list(&tree.root, &list, &e);
	for (size_t i = 0; i < COUNT(row); i++) {
		const char *driver = row[i].driver != NULL ? row[i].driver : "";

		if (row[i].word == NULL)
			continue;
		assert_true((int)got < count);
		assert_string_equal(list[got].address, row[i].address);
		assert_string_equal(list[got].word, row[i].word);
		assert_string_equal(list[got].driver, driver);
		assert_int_equal(list[got].vfio, strcmp(driver, "vfio-pci") == 0);
		assert_int_equal(list[got].node, row[i].want_node);
		got++;
	}
	assert_int_equal(got, count);
	assert_true(cpus_has(&list[2].local, 4));
	assert_true(cpus_empty(&list[3].local)); /* bogus */
	tree_remove(&tree);
}

static void
pci_list_is_empty_without_pci(void **state)
{
	auto_free struct pci_entry *list = NULL;
	struct tree tree;
	struct error e;

	(void)state;
	tree_make(&tree);
	assert_int_equal(pci_list(&tree.root, &list, &e), 0);
	assert_null(list);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pci_load_reads_the_cpus_near_a_device),
		cmocka_unit_test(pci_load_names_the_list_that_it_cannot_read),
		cmocka_unit_test(pci_list_has_what_is_of_interest_to_vms),
		cmocka_unit_test(pci_list_is_empty_without_pci),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
