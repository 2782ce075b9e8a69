/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import java.util.List;

/** All shapes, and the page {@code docs/shapes.md} that lists them. */
final class Shapes {
    private static final String SIZES_ONLY =
            "The original declares sizes, and the records declare types of these sizes.";
    private static final String NO_TEMPLATE =
            "In the original, user space defines the inner map. Here the records declare it.";

    private static final String HEAD = """
            # Shapes of real programs

            Maps of maps of 25 real programs, rewritten as records and C. `ShapesTest` compiles each of them with every installed clang,
            compares the records with the object's BTF, loads the object, and exchanges data between Java and the program in both directions.
            It also generates this page: `-Dtest=ShapesTest -Dgolden.update=true` updates it.

            | # | origin | records | differences from the original |
            | --- | --- | --- | --- |
            """;

    private Shapes() {}

    static List<Shape> all() {
        return List.of(
                new Shape(
                        1,
                        "katran, LRU maps",
                        "balanced_flows",
                        "Addresses of four words are byte strings of 16 bytes here.",
                        LoadBalancerExchanges::flows),
                new Shape(
                        2, "katran, backends that are down", "down_backends", "", LoadBalancerExchanges::downBackends),
                new Shape(
                        3,
                        "katran, flow debugging",
                        "debugged_flows",
                        SIZES_ONLY,
                        LoadBalancerExchanges::debuggedFlows),
                new Shape(
                        4,
                        "cilium, connection tracking",
                        "tracked_connections",
                        "`union v6addr` is packed in the original, which only changes its own alignment.",
                        LoadBalancerExchanges::connections),
                new Shape(
                        5,
                        "cilium, NAT",
                        "translated_addresses",
                        "`union v6addr` is packed in the original. Here the structs that contain it are packed, which gives the same bytes.",
                        LoadBalancerExchanges::translations),
                new Shape(6, "cilium, Maglev", "consistent_hashes", SIZES_ONLY, LoadBalancerExchanges::hashes),
                new Shape(
                        7,
                        "cilium, multicast",
                        "multicast_groups",
                        "The key is `__be32` here, and a typedef of it in the original.",
                        LoadBalancerExchanges::groups),
                new Shape(8, "tetragon, string maps", "text_sets", "", PolicyExchanges::texts),
                new Shape(
                        9,
                        "tetragon, prefixes",
                        "prefix_sets",
                        "Keys are byte arrays in the original. Here they are the struct that the kernel reads.",
                        PolicyExchanges::prefixes),
                new Shape(10, "tetragon, policy filter", "policies", "", PolicyExchanges::policies),
                new Shape(
                        11,
                        "tracee",
                        "versioned_rules",
                        "Five of its 14 outer maps. In the original, the map in a slot is also the prototype. Here they have different names.",
                        PolicyExchanges::versions),
                new Shape(12, "OpenTelemetry profiler", "unwind_tables", "", ProfilerExchanges::tables),
                new Shape(13, "perforator", "unwind_nodes", "", ProfilerExchanges::nodes),
                new Shape(14, "lightswitch", "unwind_rows", NO_TEMPLATE, ProfilerExchanges::rows),
                new Shape(
                        15, "systemd, RestrictFileSystems", "file_systems", NO_TEMPLATE, PolicyExchanges::fileSystems),
                new Shape(16, "KubeArmor", "container_rules", NO_TEMPLATE, PolicyExchanges::containers),
                new Shape(17, "vArmor", "enforced_profiles", NO_TEMPLATE, PolicyExchanges::profiles),
                new Shape(18, "kmesh", "clusters", SIZES_ONLY, LoadBalancerExchanges::clusters),
                new Shape(19, "Falco", "events_per_cpu", "", StreamExchanges::perCpu),
                new Shape(20, "scx, libbpf-rs", "events_per_slot", "", StreamExchanges::perSlot),
                new Shape(21, "Inspektor Gadget, traceloop", "traced_containers", "", StreamExchanges::containers),
                new Shape(22, "scx_qmap", "task_queues", "", StreamExchanges::queues),
                new Shape(
                        23,
                        "Linux selftests",
                        "kernel_selftests",
                        "The socket array is empty here. Lists and kptrs are in `KernelGraphsTest`, because they need `vmlinux.h`.",
                        TestSuiteExchanges::selftests),
                new Shape(
                        24,
                        "cilium/ebpf, loader",
                        "loader_inputs",
                        "Without typedefs and declaration tags, which concern only readers of objects.",
                        TestSuiteExchanges::loader),
                new Shape(
                        25,
                        "aya",
                        "generic_maps",
                        "Written in C. Only Rust has type names with `<` and `>`.",
                        TestSuiteExchanges::generics));
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
