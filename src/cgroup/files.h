/* SPDX-License-Identifier: MIT */
/* Names of control files and their values, spelled as the kernel does. */
#ifndef QPIN_CGROUP_FILES_H
#define QPIN_CGROUP_FILES_H

/* Source: Linux Documentation/admin-guide/cgroup-v2.rst, "Core Interface Files", "Cpuset". */
#define CGROUP_TYPE            "cgroup.type"
#define CGROUP_PROCS           "cgroup.procs"
#define CGROUP_THREADS         "cgroup.threads"
#define CGROUP_SUBTREE_CONTROL "cgroup.subtree_control"
#define CGROUP_FREEZE          "cgroup.freeze"
#define CGROUP_EVENTS          "cgroup.events"
#define CGROUP_KILL            "cgroup.kill"
#define CGROUP_PRESSURE        "cgroup.pressure"
#define CPUSET_CPUS            "cpuset.cpus"
#define CPUSET_CPUS_EFFECTIVE  "cpuset.cpus.effective"
#define CPUSET_CPUS_EXCLUSIVE  "cpuset.cpus.exclusive"
#define CPUSET_CPUS_ISOLATED   "cpuset.cpus.isolated"
#define CPUSET_CPUS_PARTITION  "cpuset.cpus.partition"
#define CPUSET_MEMS            "cpuset.mems"

/* Source: Linux Documentation/admin-guide/cgroup-v1/cpusets.rst, cgroups.rst. */
#define CGROUP_V1_TASKS      "tasks"
#define CPUSET_CPU_EXCLUSIVE "cpuset.cpu_exclusive"
#define CPUSET_V1_EFFECTIVE  "cpuset.effective_cpus"
#define CPUSET_LOAD_BALANCE  "cpuset.sched_load_balance"

#define TYPE_THREADED      "threaded"
#define PARTITION_MEMBER   "member"
#define PARTITION_ROOT     "root"
#define PARTITION_ISOLATED "isolated"

#endif
