/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import com.google.common.base.CaseFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** All shapes, and the page {@code examples/shapes/README.md} that lists them. */
final class Shapes {
    private static final String SIZES_ONLY =
            "The original declares sizes, and the records declare types of these sizes.";
    /** The condition for the sizes of a shape that only consists of numbers and texts. */
    private static final String ANY = "1";

    private static final String HEAD = """
            # Shapes of real programs

            The maps of maps of 11 real programs, written as records. Look here for a declaration like yours.

            `ShapesTest` compiles the header of each shape with every installed clang, compares the records with the object's BTF, and loads the
            object. `EchoTest` proves for random records of such components that Java and a program read what the other wrote. `ShapesTest` also
            writes this page (`-Dtest=ShapesTest -Dgolden.update=true`).

            | # | origin | differences from the original |
            | --- | --- | --- |
            """;
    private static final Path SOURCES = Path.of("src/test/java/dev/nestmap/tests/shapes");

    private Shapes() {}

    static List<Shape> all() {
        return List.of(
                new Shape(
                        1,
                        "katran, LRU maps",
                        "balanced_flows",
                        "Addresses of four words are byte strings of 16 bytes here.",
                        ANY,
                        BalancedFlowsBpf::open),
                new Shape(
                        2,
                        "cilium, connection tracking",
                        "tracked_connections",
                        "`union v6addr` is packed in the original, which only changes its own alignment.",
                        "sizeof(struct tuple4) == 14 && sizeof(struct tuple6) == 38 && sizeof(struct connection) == 56",
                        TrackedConnectionsBpf::open),
                new Shape(3, "cilium, Maglev", "consistent_hashes", SIZES_ONLY, ANY, ConsistentHashesBpf::open),
                new Shape(
                        4,
                        "tetragon, string maps",
                        "text_sets",
                        "Three of its eleven outer maps.",
                        ANY,
                        TextSetsBpf::open),
                new Shape(
                        5,
                        "tetragon, prefixes",
                        "prefix_sets",
                        "Keys are byte arrays in the original. Here they are the struct that the kernel reads.",
                        "sizeof(struct text256) == 260 && sizeof(struct text128) == 132 && sizeof(struct ipv6_prefix) == 20",
                        PrefixSetsBpf::open),
                new Shape(
                        6,
                        "tracee",
                        "versioned_rules",
                        "Five of its 14 outer maps. In the original, the map in a slot is also the prototype. Here they have different names.",
                        "sizeof(struct path_key) == 260 && sizeof(struct config) == 64 && sizeof(struct exact_key) == 8",
                        VersionedRulesBpf::open),
                new Shape(7, "OpenTelemetry profiler", "unwind_tables", "", ANY, UnwindTablesBpf::open),
                new Shape(
                        8,
                        "perforator",
                        "unwind_nodes",
                        "",
                        "sizeof(struct page) == 4128 && sizeof(struct unwind) == 7",
                        UnwindNodesBpf::open),
                new Shape(
                        9,
                        "Falco",
                        "events_per_cpu",
                        "",
                        ANY,
                        object -> EventsPerCpuBpf.open(object)
                                .sizes(new EventsPerCpuBpf.Sizes().ringbufs(64).event(1 << 16))),
                new Shape(10, "scx, libbpf-rs", "events_per_slot", "", ANY, EventsPerSlotBpf::open),
                new Shape(
                        11,
                        "Linux selftests",
                        "kernel_selftests",
                        "The socket array is empty here.",
                        ANY,
                        KernelSelftestsBpf::open));
    }

    static String page() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (Shape shape : all()) {
            page.append("| %d | [%s](#%s) | %s |\n"
                    .formatted(shape.number(), shape.origin(), anchor(shape), shape.otherwise()));
        }
        for (Shape shape : all()) {
            page.append("\n## %s\n\n```java\n%s```\n".formatted(shape.origin(), declaration(shape)));
        }
        return page.toString();
    }

    /** The anchor that GitHub and VitePress give to the heading. */
    private static String anchor(Shape shape) {
        return shape.origin().toLowerCase(Locale.ROOT).replaceAll("[,()/]", "").replace(' ', '-');
    }

    /** The source of the shape's records, without package, imports and warnings that concern only our build. */
    private static String declaration(Shape shape) throws IOException {
        String name = CaseFormat.LOWER_UNDERSCORE.to(CaseFormat.UPPER_CAMEL, shape.name());
        String source = Files.readString(SOURCES.resolve(name + ".java"));
        return source.replaceFirst("(?s)^.*?(?=/\\*\\* |@BpfObject)", "")
                .replaceAll("(?m)^ *@SuppressWarnings.*\n", "");
    }
}
