# SPDX-License-Identifier: MIT
# GNU make: all man check fuzz fuzz-run bench lint install uninstall dist deb clean. What a packager edits is in config.mk.
include config.mk

# All of qpin but main.c, room by room; a source's unit test is tests/unit/ROOM/test_NAME.c.
SRC = \
	src/base/capabilities.c \
	src/base/cpus.c \
	src/base/descriptors.c \
	src/base/error.c \
	src/base/files.c \
	src/base/filter.c \
	src/base/json.c \
	src/base/kept.c \
	src/base/library.c \
	src/base/log.c \
	src/base/mask.c \
	src/base/memory.c \
	src/base/privilege.c \
	src/base/text.c \
	src/cgroup/apart.c \
	src/cgroup/backend_affinity.c \
	src/cgroup/backend_v1.c \
	src/cgroup/backend_v2.c \
	src/cgroup/bound.c \
	src/cgroup/busy.c \
	src/cgroup/group.c \
	src/cgroup/kinds.c \
	src/cgroup/lists.c \
	src/cgroup/masklist.c \
	src/cgroup/masks.c \
	src/cgroup/member.c \
	src/cgroup/migrate.c \
	src/cgroup/offline.c \
	src/cgroup/origins.c \
	src/cgroup/override.c \
	src/cgroup/partition.c \
	src/cgroup/pool.c \
	src/cgroup/roster.c \
	src/cgroup/trial.c \
	src/cgroup/without.c \
	src/change/apply.c \
	src/change/baseline.c \
	src/change/change.c \
	src/change/claims.c \
	src/change/journal.c \
	src/change/look.c \
	src/change/record.c \
	src/change/revert.c \
	src/command/adopt.c \
	src/command/attach.c \
	src/command/attach_options.c \
	src/command/check.c \
	src/command/command.c \
	src/command/commands.c \
	src/command/completion.c \
	src/command/grant.c \
	src/command/import.c \
	src/command/launcher.c \
	src/command/list.c \
	src/command/manual.c \
	src/command/plan.c \
	src/command/release.c \
	src/command/revoke.c \
	src/command/run.c \
	src/command/status.c \
	src/command/topology.c \
	src/command/verify.c \
	src/command/watch.c \
	src/command/words.c \
	src/config/anchors.c \
	src/config/catalog.c \
	src/config/definition.c \
	src/config/document.c \
	src/config/emitter.c \
	src/config/env.c \
	src/config/findings.c \
	src/config/keys.c \
	src/config/launcher.c \
	src/config/lookup.c \
	src/config/manual.c \
	src/config/node.c \
	src/config/options.c \
	src/config/pinning.c \
	src/config/scalar.c \
	src/config/scheduling.c \
	src/config/schema.c \
	src/config/similar.c \
	src/config/source.c \
	src/config/syntax.c \
	src/config/values.c \
	src/config/wishes.c \
	src/host/account.c \
	src/host/boot.c \
	src/host/boot_line.c \
	src/host/bus.c \
	src/host/connector.c \
	src/host/deputy.c \
	src/host/dropin.c \
	src/host/exclusion.c \
	src/host/facts.c \
	src/host/foreign.c \
	src/host/grants.c \
	src/host/host.c \
	src/host/irq.c \
	src/host/irq_change.c \
	src/host/irqbalance.c \
	src/host/irqbalance_change.c \
	src/host/kthreads.c \
	src/host/kvm.c \
	src/host/manager.c \
	src/host/mount.c \
	src/host/mount_change.c \
	src/host/online.c \
	src/host/pages.c \
	src/host/pci.c \
	src/host/power.c \
	src/host/programs.c \
	src/host/saving.c \
	src/host/scope.c \
	src/host/spots.c \
	src/host/states.c \
	src/host/survey.c \
	src/host/switches.c \
	src/host/symbols.c \
	src/host/taking.c \
	src/host/task.c \
	src/host/tenants.c \
	src/host/topology.c \
	src/host/topology_library.c \
	src/host/tracer.c \
	src/host/tracer_events.c \
	src/host/tracer_library.c \
	src/host/tracer_record.c \
	src/host/turnout.c \
	src/host/unit_change.c \
	src/host/unit_cpus.c \
	src/host/unitfiles.c \
	src/host/usage.c \
	src/host/user_facts.c \
	src/host/user_slice.c \
	src/host/v1_facts.c \
	src/host/watchdog.c \
	src/host/workqueue.c \
	src/import/domain.c \
	src/import/import.c \
	src/import/input.c \
	src/import/remarks.c \
	src/import/schedule.c \
	src/import/shell.c \
	src/import/tuning.c \
	src/import/words.c \
	src/import/write.c \
	src/import/xml.c \
	src/plan/advice.c \
	src/plan/candidate.c \
	src/plan/changes.c \
	src/plan/check.c \
	src/plan/check_boot.c \
	src/plan/check_cgroups.c \
	src/plan/check_cpus.c \
	src/plan/check_definition.c \
	src/plan/check_kernel.c \
	src/plan/check_kvm.c \
	src/plan/check_levels.c \
	src/plan/check_memory.c \
	src/plan/check_programs.c \
	src/plan/checkup.c \
	src/plan/choose.c \
	src/plan/cores.c \
	src/plan/fit.c \
	src/plan/grant.c \
	src/plan/guestcore.c \
	src/plan/host_tasks.c \
	src/plan/housekeeping.c \
	src/plan/layout.c \
	src/plan/level.c \
	src/plan/memory.c \
	src/plan/own.c \
	src/plan/pinning.c \
	src/plan/placement.c \
	src/plan/plan.c \
	src/plan/power.c \
	src/plan/proof.c \
	src/plan/quiet.c \
	src/plan/remedy.c \
	src/plan/roles.c \
	src/plan/takeover.c \
	src/plan/tally.c \
	src/plan/warning.c \
	src/plan/way.c \
	src/plan/way_local.c \
	src/plan/way_user.c \
	src/plan/way_v1.c \
	src/plan/wish.c \
	src/qemu/argv.c \
	src/qemu/child.c \
	src/qemu/cmdline.c \
	src/qemu/environment.c \
	src/qemu/find.c \
	src/qemu/hear.c \
	src/qemu/identity.c \
	src/qemu/message.c \
	src/qemu/monitor.c \
	src/qemu/names.c \
	src/qemu/needs.c \
	src/qemu/opts.c \
	src/qemu/own.c \
	src/qemu/parser.c \
	src/qemu/program.c \
	src/qemu/qmp.c \
	src/qemu/reach.c \
	src/qemu/reader.c \
	src/qemu/sandbox.c \
	src/qemu/scheduling.c \
	src/qemu/scheduling_change.c \
	src/qemu/select.c \
	src/qemu/smp.c \
	src/qemu/spawn.c \
	src/qemu/tail.c \
	src/qemu/tasks.c \
	src/qemu/threads.c \
	src/qemu/wire.c \
	src/report/check.c \
	src/report/figures.c \
	src/report/grants.c \
	src/report/plan.c \
	src/report/plan_json.c \
	src/report/proof.c \
	src/report/status.c \
	src/report/status_columns.c \
	src/report/status_json.c \
	src/report/status_metrics.c \
	src/report/status_rows.c \
	src/report/table.c \
	src/report/topology.c \
	src/report/topology_grid.c \
	src/report/topology_json.c \
	src/report/topology_layout.c \
	src/report/topology_legend.c \
	src/report/topology_svg.c \
	src/report/topology_text.c \
	src/report/vm_list.c \
	src/report/writer.c \
	src/supervise/adopt.c \
	src/supervise/amiss.c \
	src/supervise/attach.c \
	src/supervise/background.c \
	src/supervise/baselines.c \
	src/supervise/bounds.c \
	src/supervise/census.c \
	src/supervise/confine.c \
	src/supervise/crew.c \
	src/supervise/disturbers.c \
	src/supervise/enforcement.c \
	src/supervise/grant.c \
	src/supervise/grantee.c \
	src/supervise/guard.c \
	src/supervise/isolate.c \
	src/supervise/kinds.c \
	src/supervise/mend.c \
	src/supervise/notify.c \
	src/supervise/occupants.c \
	src/supervise/orphan.c \
	src/supervise/pins.c \
	src/supervise/plug.c \
	src/supervise/prepare.c \
	src/supervise/prove.c \
	src/supervise/regain.c \
	src/supervise/reload.c \
	src/supervise/run.c \
	src/supervise/saved.c \
	src/supervise/seat.c \
	src/supervise/seated.c \
	src/supervise/settle.c \
	src/supervise/signals.c \
	src/supervise/start.c \
	src/supervise/stop.c \
	src/supervise/strangers.c \
	src/supervise/sweep.c \
	src/supervise/target.c \
	src/supervise/unwind.c \
	src/supervise/view.c \
	src/supervise/vm.c \
	src/supervise/wanted.c \
	src/supervise/watch.c

TESTS = \
	tests/unit/base/test_capabilities.c \
	tests/unit/base/test_cpus.c \
	tests/unit/base/test_descriptors.c \
	tests/unit/base/test_error.c \
	tests/unit/base/test_files.c \
	tests/unit/base/test_filter.c \
	tests/unit/base/test_json.c \
	tests/unit/base/test_kept.c \
	tests/unit/base/test_library.c \
	tests/unit/base/test_log.c \
	tests/unit/base/test_mask.c \
	tests/unit/base/test_memory.c \
	tests/unit/base/test_privilege.c \
	tests/unit/base/test_text.c \
	tests/unit/cgroup/test_apart.c \
	tests/unit/cgroup/test_backend_affinity.c \
	tests/unit/cgroup/test_backend_v1.c \
	tests/unit/cgroup/test_backend_v2.c \
	tests/unit/cgroup/test_bound.c \
	tests/unit/cgroup/test_busy.c \
	tests/unit/cgroup/test_group.c \
	tests/unit/cgroup/test_kinds.c \
	tests/unit/cgroup/test_lists.c \
	tests/unit/cgroup/test_masklist.c \
	tests/unit/cgroup/test_member.c \
	tests/unit/cgroup/test_migrate.c \
	tests/unit/cgroup/test_origins.c \
	tests/unit/cgroup/test_override.c \
	tests/unit/cgroup/test_partition.c \
	tests/unit/cgroup/test_pool.c \
	tests/unit/cgroup/test_roster.c \
	tests/unit/cgroup/test_trial.c \
	tests/unit/cgroup/test_without.c \
	tests/unit/change/test_baseline.c \
	tests/unit/change/test_change.c \
	tests/unit/change/test_claims.c \
	tests/unit/change/test_journal.c \
	tests/unit/change/test_look.c \
	tests/unit/change/test_record.c \
	tests/unit/change/test_revert.c \
	tests/unit/command/test_attach_options.c \
	tests/unit/command/test_command.c \
	tests/unit/command/test_completion.c \
	tests/unit/command/test_launcher.c \
	tests/unit/command/test_manual.c \
	tests/unit/command/test_watch.c \
	tests/unit/command/test_words.c \
	tests/unit/config/test_anchors.c \
	tests/unit/config/test_catalog.c \
	tests/unit/config/test_definition.c \
	tests/unit/config/test_document.c \
	tests/unit/config/test_emitter.c \
	tests/unit/config/test_env.c \
	tests/unit/config/test_findings.c \
	tests/unit/config/test_keys.c \
	tests/unit/config/test_launcher.c \
	tests/unit/config/test_lookup.c \
	tests/unit/config/test_manual.c \
	tests/unit/config/test_node.c \
	tests/unit/config/test_options.c \
	tests/unit/config/test_pinning.c \
	tests/unit/config/test_scalar.c \
	tests/unit/config/test_scheduling.c \
	tests/unit/config/test_schema.c \
	tests/unit/config/test_similar.c \
	tests/unit/config/test_source.c \
	tests/unit/config/test_syntax.c \
	tests/unit/config/test_wishes.c \
	tests/unit/host/test_account.c \
	tests/unit/host/test_boot.c \
	tests/unit/host/test_boot_line.c \
	tests/unit/host/test_bus.c \
	tests/unit/host/test_connector.c \
	tests/unit/host/test_exclusion.c \
	tests/unit/host/test_foreign.c \
	tests/unit/host/test_grants.c \
	tests/unit/host/test_host.c \
	tests/unit/host/test_irq.c \
	tests/unit/host/test_irq_change.c \
	tests/unit/host/test_irqbalance.c \
	tests/unit/host/test_kvm.c \
	tests/unit/host/test_online.c \
	tests/unit/host/test_pages.c \
	tests/unit/host/test_pci.c \
	tests/unit/host/test_power.c \
	tests/unit/host/test_programs.c \
	tests/unit/host/test_saving.c \
	tests/unit/host/test_spots.c \
	tests/unit/host/test_states.c \
	tests/unit/host/test_survey.c \
	tests/unit/host/test_switches.c \
	tests/unit/host/test_symbols.c \
	tests/unit/host/test_task.c \
	tests/unit/host/test_tenants.c \
	tests/unit/host/test_topology.c \
	tests/unit/host/test_tracer.c \
	tests/unit/host/test_tracer_record.c \
	tests/unit/host/test_turnout.c \
	tests/unit/host/test_unit_cpus.c \
	tests/unit/host/test_usage.c \
	tests/unit/host/test_user_facts.c \
	tests/unit/host/test_v1_facts.c \
	tests/unit/host/test_watchdog.c \
	tests/unit/host/test_workqueue.c \
	tests/unit/import/test_domain.c \
	tests/unit/import/test_import.c \
	tests/unit/import/test_input.c \
	tests/unit/import/test_remarks.c \
	tests/unit/import/test_schedule.c \
	tests/unit/import/test_shell.c \
	tests/unit/import/test_tuning.c \
	tests/unit/import/test_words.c \
	tests/unit/import/test_write.c \
	tests/unit/import/test_xml.c \
	tests/unit/plan/test_advice.c \
	tests/unit/plan/test_candidate.c \
	tests/unit/plan/test_changes.c \
	tests/unit/plan/test_check.c \
	tests/unit/plan/test_checkup.c \
	tests/unit/plan/test_choose.c \
	tests/unit/plan/test_cores.c \
	tests/unit/plan/test_fit.c \
	tests/unit/plan/test_grant.c \
	tests/unit/plan/test_guestcore.c \
	tests/unit/plan/test_host_tasks.c \
	tests/unit/plan/test_housekeeping.c \
	tests/unit/plan/test_level.c \
	tests/unit/plan/test_memory.c \
	tests/unit/plan/test_own.c \
	tests/unit/plan/test_placement.c \
	tests/unit/plan/test_plan.c \
	tests/unit/plan/test_power.c \
	tests/unit/plan/test_proof.c \
	tests/unit/plan/test_quiet.c \
	tests/unit/plan/test_remedy.c \
	tests/unit/plan/test_roles.c \
	tests/unit/plan/test_takeover.c \
	tests/unit/plan/test_tally.c \
	tests/unit/plan/test_warning.c \
	tests/unit/plan/test_way_local.c \
	tests/unit/plan/test_way_user.c \
	tests/unit/plan/test_way_v1.c \
	tests/unit/plan/test_wish.c \
	tests/unit/qemu/test_argv.c \
	tests/unit/qemu/test_cmdline.c \
	tests/unit/qemu/test_environment.c \
	tests/unit/qemu/test_find.c \
	tests/unit/qemu/test_identity.c \
	tests/unit/qemu/test_message.c \
	tests/unit/qemu/test_monitor.c \
	tests/unit/qemu/test_names.c \
	tests/unit/qemu/test_needs.c \
	tests/unit/qemu/test_opts.c \
	tests/unit/qemu/test_own.c \
	tests/unit/qemu/test_parser.c \
	tests/unit/qemu/test_program.c \
	tests/unit/qemu/test_qmp.c \
	tests/unit/qemu/test_reach.c \
	tests/unit/qemu/test_sandbox.c \
	tests/unit/qemu/test_scheduling.c \
	tests/unit/qemu/test_scheduling_change.c \
	tests/unit/qemu/test_select.c \
	tests/unit/qemu/test_smp.c \
	tests/unit/qemu/test_spawn.c \
	tests/unit/qemu/test_tail.c \
	tests/unit/qemu/test_tasks.c \
	tests/unit/qemu/test_threads.c \
	tests/unit/qemu/test_wire.c \
	tests/unit/report/test_check.c \
	tests/unit/report/test_figures.c \
	tests/unit/report/test_grants.c \
	tests/unit/report/test_plan.c \
	tests/unit/report/test_plan_json.c \
	tests/unit/report/test_proof.c \
	tests/unit/report/test_status.c \
	tests/unit/report/test_status_columns.c \
	tests/unit/report/test_status_json.c \
	tests/unit/report/test_status_metrics.c \
	tests/unit/report/test_status_rows.c \
	tests/unit/report/test_table.c \
	tests/unit/report/test_topology.c \
	tests/unit/report/test_topology_grid.c \
	tests/unit/report/test_topology_json.c \
	tests/unit/report/test_topology_layout.c \
	tests/unit/report/test_topology_legend.c \
	tests/unit/report/test_topology_svg.c \
	tests/unit/report/test_topology_text.c \
	tests/unit/report/test_vm_list.c \
	tests/unit/report/test_writer.c \
	tests/unit/supervise/test_amiss.c \
	tests/unit/supervise/test_attach.c \
	tests/unit/supervise/test_background.c \
	tests/unit/supervise/test_baselines.c \
	tests/unit/supervise/test_bounds.c \
	tests/unit/supervise/test_census.c \
	tests/unit/supervise/test_confine.c \
	tests/unit/supervise/test_crew.c \
	tests/unit/supervise/test_disturbers.c \
	tests/unit/supervise/test_grantee.c \
	tests/unit/supervise/test_guard.c \
	tests/unit/supervise/test_kinds.c \
	tests/unit/supervise/test_notify.c \
	tests/unit/supervise/test_occupants.c \
	tests/unit/supervise/test_orphan.c \
	tests/unit/supervise/test_pins.c \
	tests/unit/supervise/test_plug.c \
	tests/unit/supervise/test_reload.c \
	tests/unit/supervise/test_saved.c \
	tests/unit/supervise/test_seated.c \
	tests/unit/supervise/test_signals.c \
	tests/unit/supervise/test_strangers.c \
	tests/unit/supervise/test_target.c \
	tests/unit/supervise/test_unwind.c \
	tests/unit/supervise/test_view.c \
	tests/unit/supervise/test_vm.c \
	tests/unit/supervise/test_wanted.c

# What reads foreign bytes, under libFuzzer: needs clang.
FUZZ = \
	tests/fuzz/arguments.c \
	tests/fuzz/cmdline.c \
	tests/fuzz/cpus.c \
	tests/fuzz/definition.c \
	tests/fuzz/import.c \
	tests/fuzz/journal.c \
	tests/fuzz/qmp.c \
	tests/fuzz/record.c \
	tests/fuzz/texts.c \
	tests/fuzz/threads.c

OBJ = ${SRC:.c=.o}
CHECK_OBJ = ${SRC:%.c=build/check/%.o}
CHECK_BIN = ${TESTS:%.c=build/check/%}
FUZZ_OBJ = ${SRC:%.c=build/fuzz/%.o}
FUZZ_BIN = ${FUZZ:tests/fuzz/%.c=build/fuzz/%}

# Units, and what they and the man pages tell of places.
UNITS = system/qpin-grant@.service system/qpin-metrics.service system/qpin-metrics.timer system/qpin.slice \
	system/qpin@.service user/qpin@.service
SHELLS = bash fish zsh
PLACES = -e 's,@VERSION@,${VERSION},g' -e 's,@BINDIR@,${BINDIR},g' -e 's,@STATEDIR@,${STATEDIR},g' -e 's,@SYSCONFDIR@,${SYSCONFDIR},g'

# For sed: the line @NAME@ becomes what is in a file.
part = -e '/^@${1}@$$/r ${2}' -e '/^@${1}@$$/d'

# The pages that there are: qpin-NAME(1) of each src/command/man/NAME.1.in, and the others.
PAGES = man1/qpin.1 ${patsubst src/command/man/%.in,man1/qpin-%,${sort ${wildcard src/command/man/*.1.in}}} \
	man5/qpin.yml.5 man7/qpin-isolation.7

all: qpin man ${UNITS:%=build/systemd/%} ${SHELLS:%=build/completions/qpin.%}

man: ${PAGES:%=build/man/%}

qpin: src/main.o src/libqpin.a
	${CC} ${CFLAGS} ${LDFLAGS} -o $@ src/main.o src/libqpin.a ${LDLIBS}

src/libqpin.a: ${OBJ}
	rm -f $@
	${AR} rcs $@ ${OBJ}

# What is generated from the table of keys; `make policy` brings the checked-in part up to date.
build/keys: src/config/keys_tool.o src/libqpin.a
	@mkdir -p ${@D}
	${CC} ${CFLAGS} ${LDFLAGS} -o $@ src/config/keys_tool.o src/libqpin.a ${LDLIBS}

build/qpin.schema.json: build/keys
	build/keys schema >$@

build/man/man5/qpin.yml.5: src/config/qpin.yml.5.in build/keys config.mk
	@mkdir -p ${@D}
	build/keys man >build/keys.man
	sed ${call part,KEYS,build/keys.man} ${PLACES} $< >$@

# Lists of system calls, compiled in.
lists: build/seccomp/parser.inc build/seccomp/qemu.inc build/seccomp/supervisor.inc

build/seccomp/%.inc: policy/seccomp/%.list scripts/seccomp-table
	@mkdir -p ${@D}
	scripts/seccomp-table $< >$@.new
	@mv $@.new $@

src/qemu/sandbox.o build/check/src/qemu/sandbox.o build/fuzz/src/qemu/sandbox.o: build/seccomp/qemu.inc
src/supervise/confine.o build/check/src/supervise/confine.o build/fuzz/src/supervise/confine.o: build/seccomp/parser.inc build/seccomp/supervisor.inc
build/check/tests/unit/qemu/test_parser.o: build/seccomp/parser.inc

# What is generated from the table of all that `qpin check` looks at.
build/checks: src/report/check_tool.o src/libqpin.a
	@mkdir -p ${@D}
	${CC} ${CFLAGS} ${LDFLAGS} -o $@ src/report/check_tool.o src/libqpin.a ${LDLIBS}

build/checks.man: build/checks
	build/checks >$@

# What shells complete and man pages tell, from the commands' own help.
build/words: src/command/words_tool.o src/libqpin.a
	@mkdir -p ${@D}
	${CC} ${CFLAGS} ${LDFLAGS} -o $@ src/command/words_tool.o src/libqpin.a ${LDLIBS}

build/man/man1/qpin.1: src/command/qpin.1.in build/words config.mk
	@mkdir -p ${@D}
	build/words list >build/commands.man
	sed ${call part,COMMANDS,build/commands.man} ${PLACES} $< >$@

build/man/man1/qpin-%.1: src/command/man/%.1.in build/words build/checks.man config.mk
	@mkdir -p ${@D}
	build/words head $* >build/$*.head
	build/words examples $* >build/$*.examples
	sed ${call part,HEAD,build/$*.head} ${call part,EXAMPLES,build/$*.examples} \
		${call part,CHECKS,build/checks.man} ${PLACES} $< >$@

build/man/man7/%.7: src/plan/%.7.in config.mk
	@mkdir -p ${@D}
	sed ${PLACES} $< >$@

build/completions/qpin.%: policy/completions/qpin.% build/words config.mk
	@mkdir -p ${@D}
	build/words $* >$@.table
	sed ${PLACES} -e '/@TABLE@/r $@.table' -e '/@TABLE@/d' $< >$@
	@rm $@.table

build/systemd/%: policy/systemd/%.in config.mk
	@mkdir -p ${@D}
	sed ${PLACES} $< >$@

policy: build/qpin.schema.json
	cp build/qpin.schema.json policy/qpin.schema.json

check-policy: build/qpin.schema.json
	@cmp -s build/qpin.schema.json policy/qpin.schema.json || \
		{ echo 'policy/qpin.schema.json is out of date: run make policy' >&2; exit 1; }

%.o: %.c config.mk
	${CC} ${CPPFLAGS} ${CFLAGS} -MMD -MP -c -o $@ $<

build/check/%.o: %.c config.mk
	@mkdir -p ${@D}
	${CC} ${CPPFLAGS} -iquote tests/unit ${CHECK_CFLAGS} -MMD -MP -c -o $@ $<

build/check/libqpin.a: ${CHECK_OBJ}
	rm -f $@
	${AR} rcs $@ ${CHECK_OBJ}

build/check/tests/%: build/check/tests/%.o build/check/libqpin.a
	${CC} ${CHECK_CFLAGS} ${LDFLAGS} -o $@ $< build/check/libqpin.a ${LDLIBS} ${CHECK_LDLIBS}

check: ${CHECK_BIN} check-policy build/completions/qpin.bash
	@tests/unit/run ${CHECK_BIN}
	@tests/unit/command/completion.sh

build/fuzz/%.o: %.c config.mk
	@mkdir -p ${@D}
	${FUZZ_CC} ${CPPFLAGS} ${FUZZ_CFLAGS} -MMD -MP -c -o $@ $<

build/fuzz/libqpin.a: ${FUZZ_OBJ}
	rm -f $@
	${AR} rcs $@ ${FUZZ_OBJ}

build/fuzz/%: build/fuzz/tests/fuzz/%.o build/fuzz/libqpin.a
	${FUZZ_CC} ${FUZZ_CFLAGS} -fsanitize=fuzzer ${LDFLAGS} -o $@ $< build/fuzz/libqpin.a ${LDLIBS}

fuzz: ${FUZZ_BIN}

# Each target for this many executions, always the same ones.
FUZZ_RUNS = 20000

fuzz-run: ${FUZZ_BIN}
	@tests/fuzz/run ${FUZZ_RUNS} ${FUZZ_BIN}

guests: build/spin.bin

build/spin.bin: tests/guest/spin.s tests/guest/build
	tests/guest/build

# Those that BENCH names, or all: see tests/bench/README.md.
bench: qpin guests
	tests/bench/run ${BENCH}

lint:
	scripts/lint

# Programs that qpin is, too, and the pages of the commands that it is then: links, where the names are free.
LINKS = ${BINDIR}/qemu-affinity:qpin ${MANDIR}/man1/qemu-affinity.1:qpin-attach.1 \
	${BINDIR}/qemu-launcher:qpin ${MANDIR}/man1/qemu-launcher.1:qpin-run.1

install: all
	mkdir -p ${DESTDIR}${BINDIR} ${DESTDIR}${DATADIR}
	install -m 755 qpin ${DESTDIR}${BINDIR}/qpin
	for page in ${PAGES}; do \
		install -D -m 644 build/man/$$page ${DESTDIR}${MANDIR}/$$page || exit; \
	done
	for link in ${LINKS}; do \
		[ -e ${DESTDIR}$${link%:*} ] || [ -L ${DESTDIR}$${link%:*} ] || \
			ln -s $${link#*:} ${DESTDIR}$${link%:*} || exit; \
	done
	install -m 644 policy/qpin.schema.json ${DESTDIR}${DATADIR}/qpin.schema.json
	install -D -m 644 -t ${DESTDIR}${DATADIR}/user@.service.d policy/systemd/user@.service.d/qpin.conf
	install -D -m 644 -t ${DESTDIR}${UNITDIR} ${filter build/systemd/system/%, ${UNITS:%=build/systemd/%}}
	install -D -m 644 -t ${DESTDIR}${USERUNITDIR} ${filter build/systemd/user/%, ${UNITS:%=build/systemd/%}}
	install -D -m 644 build/completions/qpin.bash ${DESTDIR}${BASHCOMPDIR}/qpin
	install -D -m 644 build/completions/qpin.fish ${DESTDIR}${FISHCOMPDIR}/qpin.fish
	install -D -m 644 build/completions/qpin.zsh ${DESTDIR}${ZSHCOMPDIR}/_qpin

uninstall:
	for link in ${LINKS}; do \
		[ "$$(readlink ${DESTDIR}$${link%:*})" != $${link#*:} ] || rm -f ${DESTDIR}$${link%:*}; \
	done
	rm -f ${DESTDIR}${BINDIR}/qpin ${PAGES:%=${DESTDIR}${MANDIR}/%} \
		${DESTDIR}${BASHCOMPDIR}/qpin ${DESTDIR}${FISHCOMPDIR}/qpin.fish ${DESTDIR}${ZSHCOMPDIR}/_qpin \
		${DESTDIR}${DATADIR}/qpin.schema.json ${DESTDIR}${DATADIR}/user@.service.d/qpin.conf \
		${patsubst system/%,${DESTDIR}${UNITDIR}/%,${patsubst user/%,${DESTDIR}${USERUNITDIR}/%,${UNITS}}}
	-rmdir ${DESTDIR}${DATADIR}/user@.service.d ${DESTDIR}${DATADIR} 2>/dev/null

# All but what is made: builds without git.
dist:
	tar --exclude=./build --exclude=./.git --exclude='*.[oa]' --exclude='./src/*.d' --exclude=./qpin --exclude='*.tar.gz' \
		--transform 's,^\.,qpin-${VERSION},' -czf build/qpin-${VERSION}.tar.gz .

# A Debian package in build/, of a tree without git; packages: sed -n 's/^deb //p' scripts/packages
deb: dist
	rm -rf build/deb
	mkdir -p build/deb
	tar -C build/deb -xzf build/qpin-${VERSION}.tar.gz
	cp build/qpin-${VERSION}.tar.gz build/deb/qpin_${VERSION}.orig.tar.gz
	cp -R policy/debian build/deb/qpin-${VERSION}/debian
	cd build/deb/qpin-${VERSION} && DEB_BUILD_OPTIONS="nocheck $$DEB_BUILD_OPTIONS" dpkg-buildpackage -us -uc -b
	cp build/deb/qpin_${VERSION}-*.deb build/

# For scripts/: the compiler's words, so that they stand in config.mk alone.
print-%:
	@echo '${$*}'

clean:
	rm -rf build qpin src/libqpin.a
	find src -name '*.[od]' -exec rm -f {} +

.PHONY: all bench check check-policy clean deb dist fuzz fuzz-run guests install lint lists man policy uninstall
.PRECIOUS: build/check/%.o build/fuzz/%.o
-include ${OBJ:.o=.d} ${CHECK_OBJ:.o=.d} ${TESTS:%.c=build/check/%.d} \
	${FUZZ_OBJ:.o=.d} ${FUZZ:%.c=build/fuzz/%.d} src/main.d \
	src/config/keys_tool.d src/command/words_tool.d src/report/check_tool.d
