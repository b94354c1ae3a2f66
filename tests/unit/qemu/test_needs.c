/* SPDX-License-Identifier: MIT */
#include "qemu/needs.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "config/definition.h"

#define MIB (UINT64_C(1) << 20)

static void
sizes_are_read_as_qemu_reads_them(void **state)
{
	static const struct {
		const char *text;
		uint64_t unit;
		bool good;
		uint64_t want;
	} row[] = {
		{"4096", 1, true, 4096},
		{"128", MIB, true, 128 * MIB},
		{"8G", MIB, true, 8192 * MIB},
		{"8g", 1, true, 8192 * MIB},
		{"512M", 1, true, 512 * MIB},
		{"3k", 1, true, 3072},
		{"7B", MIB, true, 7},
		{"1T", 1, true, MIB * MIB},
		{"15E", 1, true, UINT64_C(15) << 60},
		{"0", MIB, true, 0},
		{"16E", 1, false, 0},
		{"18446744073709551615", 1, true, UINT64_MAX},
		{"18446744073709551616", 1, false, 0},
		{"18446744073709551615", MIB, false, 0},
		{"1.5G", 1, false, 0},
		{"0x10", 1, false, 0},
		{"G", 1, false, 0},
		{"", 1, false, 0},
		{"-1", 1, false, 0},
		{"1GiB", 1, false, 0},
		{"1Q", 1, false, 0},
		{" 1", 1, false, 0},
		{"1 ", 1, false, 0},
		{"1@", 1, false, 0},
		{"00000000000000000000000000000000000000000000000000000000000000000000001", 1,
			false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		uint64_t got = 1;
		bool good = size_parse(row[i].text, row[i].unit, &got);

		if (good != row[i].good || got != (good ? row[i].want : 1))
			fail_msg("\"%s\": %d %llu", row[i].text, good, (unsigned long long)got);
	}
}

struct option_row {
	const char *name, *value; /* NULL: there is none */
};

/* The needs of up to four options. */
static struct needs
needs_of(const struct option_row *row)
{
	static char names[4][32], values[4][512];
	struct qemu_option options[4] = {0};
	struct definition d = {.options = options};
	struct needs got;

	for (; d.option_count < 4 && row[d.option_count].name != NULL; d.option_count++) {
		size_t i = d.option_count;

		(void)snprintf(names[i], sizeof(names[i]), "%s", row[i].name);
		options[i].name = names[i];
		if (row[i].value == NULL)
			continue;
		(void)snprintf(values[i], sizeof(values[i]), "%s", row[i].value);
		options[i].value = values[i];
	}
	needs_read(&d, &got);
	return got;
}

static void
needs_are_what_options_ask_for(void **state)
{
	static const struct {
		struct option_row option[4];
		uint64_t ram_mib;
		bool kvm, locks, vfio, is_partial;
	} row[] = {
		{{{0}}, 128, false, false, false, false},
		{{{"m", "16M"}}, 16, false, false, false, false},
		{{{"m", "size=2G,slots=4,maxmem=8G"}}, 2048, false, false, false, false},
		{{{"m", "512"}, {"m", "slots=4"}}, 512, false, false, false, false},
		{{{"m", "1.5G"}}, 128, false, false, false, true},
		{{{"m", NULL}}, 128, false, false, false, false},
		{{{"enable-kvm", NULL}}, 128, true, false, false, false},
		{{{"accel", "kvm"}}, 128, true, false, false, false},
		{{{"accel", "kvm,kernel-irqchip=on"}}, 128, true, false, false, false},
		{{{"accel", "tcg,thread=multi"}}, 128, false, false, false, false},
		{{{"accel", "kvm"}, {"accel", "tcg"}}, 128, false, false, false, false},
		{{{"machine", "q35,accel=kvm"}}, 128, true, false, false, false},
		{{{"machine", "q35,accel=kvm:tcg"}}, 128, false, false, false, false},
		{{{"M", "accel=:kvm:"}}, 128, false, false, false, false},
		{{{"machine", "kvm"}}, 128, false, false, false, false},
		{{{"overcommit", "mem-lock=on"}}, 128, false, true, false, false},
		{{{"overcommit", "mem-lock=off,cpu-pm=on"}}, 128, false, false, false, false},
		{{{"realtime", "mlock=on"}}, 128, false, true, false, false},
		{{{"device", "vfio-pci,host=01:00.0"}}, 128, false, false, true, false},
		{{{"device", "virtio-net,x=vfio-pci"}}, 128, false, false, false, false},
		{{{"device", "{\"driver\":\"vfio-pci\"}"}}, 128, false, false, false, true},
		{{{"object", "{}"}}, 128, false, false, false, true},
		{{{"object", ""}, {"device", ""}, {"m", ""}, {"accel", ""}}, 128, false, false,
			false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct needs got = needs_of(row[i].option);

		if (got.ram_bytes != row[i].ram_mib * MIB || got.kvm != row[i].kvm ||
			got.locks != row[i].locks || got.vfio != row[i].vfio ||
			got.is_partial != row[i].is_partial)
			fail_msg("row %zu: %llu %d %d %d %d", i, (unsigned long long)got.ram_bytes,
				got.kvm, got.locks, got.vfio, got.is_partial);
	}
}

static void
needs_list_memory_that_may_be_of_huge_pages(void **state)
{
	static const struct {
		struct option_row option[4];
		const char *path; /* NULL: none is listed */
		uint64_t bytes, page_bytes;
		bool is_partial;
	} row[] = {
		{{{"mem-path", "/dev/hugepages"}, {"m", "4G"}}, "/dev/hugepages", 4096 * MIB, 0,
			false},
		{{{"object", "memory-backend-file,id=a,mem-path=/h,,x,size=64M"}}, "/h,x", 64 * MIB,
			0, false},
		{{{"object", "memory-backend-memfd,id=a,hugetlb=on,hugetlbsize=1G,size=2G"}}, "",
			2048 * MIB, 1024 * MIB, false},
		{{{"object", "qom-type=memory-backend-memfd,hugetlb=on,size=2M"}}, "", 2 * MIB, 0,
			false},
		{{{"object", "memory-backend-memfd,id=a,size=2G"}}, NULL, 0, 0, false},
		{{{"object", "memory-backend-ram,id=a,size=2G"}}, NULL, 0, 0, false},
		{{{"object", "memory-backend-file,id=a,size=2G"}}, NULL, 0, 0, true},
		{{{"object", "memory-backend-file,mem-path=/h,size=2.5G"}}, NULL, 0, 0, true},
		{{{"object", "iothread,id=mem-path"}}, NULL, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct needs got = needs_of(row[i].option);

		if (got.memory_count != (row[i].path != NULL) ||
			got.is_partial != row[i].is_partial)
			fail_msg("row %zu: %zu", i, got.memory_count);
		if (row[i].path != NULL && (strcmp(got.memory[0].path, row[i].path) != 0 ||
						   got.memory[0].bytes != row[i].bytes ||
						   got.memory[0].page_bytes != row[i].page_bytes))
			fail_msg("row %zu: \"%s\" %llu", i, got.memory[0].path,
				(unsigned long long)got.memory[0].bytes);
	}
}

static void
needs_are_partial_beyond_what_is_looked_at(void **state)
{
	static char name[] = "mem-path", value[2 * NEEDS_PATH_BYTES], short_value[] = "/h";
	struct qemu_option options[NEEDS_MEMORIES + 1];
	struct definition d = {.options = options, .option_count = NEEDS_MEMORIES};
	struct needs got;

	(void)state;
	for (size_t i = 0; i < COUNT(options); i++)
		options[i] = (struct qemu_option){.name = name, .value = short_value};
	needs_read(&d, &got);
	assert_false(got.is_partial);
	d.option_count++;
	needs_read(&d, &got);
	assert_true(got.is_partial);
	assert_int_equal(got.memory_count, NEEDS_MEMORIES);
	memset(value, 'a', sizeof(value) - 1);
	options[0].value = value;
	d.option_count = 1;
	needs_read(&d, &got);
	assert_true(got.is_partial && got.memory_count == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read_as_qemu_reads_them),
		cmocka_unit_test(needs_are_what_options_ask_for),
		cmocka_unit_test(needs_list_memory_that_may_be_of_huge_pages),
		cmocka_unit_test(needs_are_partial_beyond_what_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
