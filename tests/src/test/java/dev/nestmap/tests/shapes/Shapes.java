/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import java.util.List;

/** All shapes, and the page that tells of them. */
final class Shapes {
    private static final String SIZES_ONLY = "The original says sizes; records say types of these sizes.";
    private static final String NO_TEMPLATE =
            "The original declares no inner map, and user space says it; records declare it.";

    private static final String HEAD = """
            # Shapes of real programs

            Maps of maps as 25 real programs have them, each declared in records of our own, compiled by every clang that is installed and
            compared with the object's BTF, loaded, written on one side and read on the other. Written by `ShapesTest`, which
            fails when a row is not so: `-Dtest=ShapesTest -Dgolden.update=true` writes the page anew.

            | # | as in | records | said otherwise |
            | --- | --- | --- | --- |
            """;

    private Shapes() {}

    static List<Shape> all() {
        return List.of(
                new Shape(
                        1,
                        "katran, LRU maps",
                        "balanced_flows",
                        "Addresses of four words are byte strings of 16 bytes.",
                        Balancing::flows),
                new Shape(2, "katran, reals that are down", "down_backends", "", Balancing::downBackends),
                new Shape(3, "katran, flow debugging", "debugged_flows", SIZES_ONLY, Balancing::debuggedFlows),
                new Shape(
                        4,
                        "cilium, connection tracking",
                        "tracked_connections",
                        "`union v6addr` is packed there, which only changes how it is aligned by itself.",
                        Balancing::connections),
                new Shape(
                        5,
                        "cilium, NAT",
                        "translated_addresses",
                        "`union v6addr` is packed there; here the structs around it are, for the same bytes.",
                        Balancing::translations),
                new Shape(6, "cilium, Maglev", "consistent_hashes", SIZES_ONLY, Balancing::hashes),
                new Shape(
                        7,
                        "cilium, multicast",
                        "multicast_groups",
                        "The key's typedef is `__be32` itself.",
                        Balancing::groups),
                new Shape(8, "tetragon, string maps", "text_sets", "", Policing::texts),
                new Shape(
                        9,
                        "tetragon, prefixes",
                        "prefix_sets",
                        "Keys are byte arrays there, and here the struct that the kernel reads.",
                        Policing::prefixes),
                new Shape(10, "tetragon, policy filter", "policies", "", Policing::policies),
                new Shape(
                        11,
                        "tracee",
                        "versioned_rules",
                        "Five of its 14 outer maps. The template is a map of the same tag there; the definition and the map in a slot have two names here.",
                        Policing::versions),
                new Shape(12, "OpenTelemetry profiler", "unwind_tables", "", Unwinding::tables),
                new Shape(13, "perforator", "unwind_nodes", "", Unwinding::nodes),
                new Shape(14, "lightswitch", "unwind_rows", NO_TEMPLATE, Unwinding::rows),
                new Shape(15, "systemd, RestrictFileSystems", "file_systems", NO_TEMPLATE, Policing::fileSystems),
                new Shape(16, "KubeArmor", "container_rules", NO_TEMPLATE, Policing::containers),
                new Shape(17, "vArmor", "enforced_profiles", NO_TEMPLATE, Policing::profiles),
                new Shape(18, "kmesh", "clusters", SIZES_ONLY, Balancing::clusters),
                new Shape(19, "Falco", "events_per_cpu", "", Streaming::perCpu),
                new Shape(20, "scx, libbpf-rs", "events_per_slot", "", Streaming::perSlot),
                new Shape(21, "Inspektor Gadget, traceloop", "traced_containers", "", Streaming::containers),
                new Shape(22, "scx_qmap", "task_queues", "", Streaming::queues),
                new Shape(
                        23,
                        "Linux selftests",
                        "kernel_selftests",
                        "The socket array has no socket. Lists and kptrs are in `KernelGraphsTest`, because they need `vmlinux.h`.",
                        Suites::selftests),
                new Shape(
                        24,
                        "cilium/ebpf, loader",
                        "loader_inputs",
                        "Definitions behind typedefs and declaration tags are for readers of objects; headers have none.",
                        Suites::loader),
                new Shape(
                        25,
                        "aya",
                        "generic_maps",
                        "In C: types whose names have `<` and `>` come from Rust alone.",
                        Suites::generics));
    }

    static String page() {
        StringBuilder page = new StringBuilder(HEAD);
        for (Shape shape : all()) {
            page.append("| %d | %s | `%s` | %s |\n"
                    .formatted(shape.number(), shape.origin(), shape.name(), shape.otherwise()));
        }
        return page.toString();
    }
}
