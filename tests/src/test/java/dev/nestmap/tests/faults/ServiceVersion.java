/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.internal.migrate.RecordVersions;
import dev.nestmap.runtime.internal.migrate.RecordVersions.Part;
import dev.nestmap.runtime.testing.InstalledClang;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One of two versions of a service with random records, as users build it: a jar and an object. Its program counts each packet on lo in an inner map and in a
 * plain map. It adds another number to each component, so that the test sees whether one was read as another one.
 *
 * @param counts the inner maps
 * @param totals a plain map in which the program counts
 * @param settings a plain map that the program only reads
 */
record ServiceVersion(
        RecordVersions counts, RecordVersions totals, RecordVersions settings, boolean isLater, Path directory) {
    /** What is in the settings, as if the program had counted so often. */
    private static final int SETTING = 7;

    Path jar() {
        return directory.resolve("service.jar");
    }

    Path object() {
        return directory.resolve("versions.bpf.o");
    }

    Path schemaText() {
        return directory.resolve("classes/META-INF/bpf/random/versions.schema");
    }

    /** Compiles the jar and the object. */
    ServiceVersion build() throws IOException {
        Path classes = directory.resolve("classes");
        Compilation compilation = new OutputFolder(classes).compile(Sources.of(records()), Sources.of(service()));
        assertThat(compilation.errors()).as("%s", this).isEmpty();
        try (OutputStream file = Files.newOutputStream(jar());
                JarOutputStream jar = new JarOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
            }
        }
        Path program = Files.writeString(directory.resolve("versions.bpf.c"), program());
        InstalledClang.newest()
                .compile(program, object(), classes.resolve("META-INF/bpf/include/random"))
                .succeeded();
        return this;
    }

    /** Opens the jar. The caller closes it after the service. */
    URLClassLoader open() throws IOException {
        return new URLClassLoader(new URL[] {jar().toUri().toURL()}, ServiceVersion.class.getClassLoader());
    }

    private String records() {
        return """
                package random;

                import dev.nestmap.annotations.*;
                import dev.nestmap.types.*;
                import java.time.Duration;

                @BpfObject("versions")
                public interface Versions {
                %s%s%s
                  @OuterMap(inner = M%d.class, maxEntries = 8, %s)
                  record Tenant(@U32 long id) {}
                }
                """.formatted(
                counts.records(isLater, "@InnerMap(" + counts.attributes(isLater) + ")"),
                totals.records(isLater, "@BpfMap(" + totals.attributes(isLater) + ", " + totals.pin(isLater) + ")"),
                settings.records(
                        isLater,
                        "@BpfMap(" + settings.attributes(isLater, "MapFlag.RDONLY_PROG") + ", " + settings.pin(isLater)
                                + ")"),
                0,
                counts.pin(isLater));
    }

    private String service() {
        return """
                package random;

                import dev.nestmap.runtime.attach.LinkPin;
                import dev.nestmap.runtime.attach.Xdp;
                import dev.nestmap.runtime.pin.PinOptions;
                import dev.nestmap.runtime.pin.PlannedUpgrade;
                import dev.nestmap.types.*;
                import java.nio.file.Path;
                import java.time.Duration;
                import java.util.ArrayList;
                import java.util.List;
                import java.util.Map;

                public final class Service implements dev.nestmap.tests.faults.JarService {
                    private VersionsBpf bpf;

                    public void start(Path object, Path pins) {
                        bpf = VersionsBpf.open(object).pins(PinOptions.in(pins))
                                .prepare(loaded -> {
                                    loaded.tenant().getOrCreateAll(List.of(1L, 2L));
                                    if (loaded.m2().count() == 0) {
                                        loaded.m2().put(%s);
                                    }
                                })
                                .attachByName("count", Xdp.on("lo"), LinkPin.at(Path.of("count")))
                                .load();
                    }

                    public void drain(Store store) {
                        bpf.tenant().drainAll(drained -> store.store(drained.identity().text(), list(drained.map())));
                    }

                    public List<Object> totals() {
                        return list(bpf.m1());
                    }

                    public List<Object> settings() {
                        return list(bpf.m2());
                    }

                    public Map<String, Long> kept() {
                        return bpf.keptCounts();
                    }

                    public PlannedUpgrade plan(Path schemaText) {
                        return VersionsBpf.plan(schemaText);
                    }

                    public void close() {
                        bpf.close();
                    }

                    private static List<Object> list(Iterable<?> entries) {
                        List<Object> list = new ArrayList<>();
                        entries.forEach(list::add);
                        return list;
                    }
                }
                """.formatted(setting());
    }

    /** The expression of the entry in the settings. */
    private String setting() {
        List<String> arguments = new ArrayList<>(List.of(number(settings.key(isLater), 1)));
        String nested = settings.parts(isLater).stream()
                .filter(Part::isNested)
                .map(part -> value(settings, part))
                .collect(Collectors.joining(", "));
        boolean isDone = false;
        for (Part part : settings.parts(isLater)) {
            if (!part.isNested()) {
                arguments.add(value(settings, part));
            } else if (!isDone) {
                arguments.add("new Versions.N2(" + nested + ")");
                isDone = true;
            }
        }
        return "new Versions.M2(" + String.join(", ", arguments) + ")";
    }

    private String value(RecordVersions map, Part part) {
        long number = (long) weight(map, part) * SETTING;
        String type = part.type();
        if (isTime(part)) {
            return "Duration.ofSeconds(" + number + ")";
        }
        if (isEnum(map, part)) {
            return "Versions." + map.enumName() + "." + constant(map);
        }
        if (isList(part)) {
            return "IntList.of(" + number + ", 0".repeat(length(part) - 1) + ")";
        }
        return type.equals("boolean") ? "true" : number(type, number);
    }

    private static String number(String type, long number) {
        return number + (type.endsWith("long") ? "L" : "");
    }

    private String program() {
        return """
                #include "versions.bpf.h"
                #include <bpf/bpf_endian.h>

                SEC("xdp")
                int count(struct xdp_md *ctx)
                {
                	__u32 bytes = ctx->data_end - ctx->data, key = 1 + bytes / 2 %% 3;
                	struct m0_map *counts = tenant_lookup(1 + bytes %% 2);

                	m2_lookup(%s);
                	if (counts) {
                		struct %s init = {};
                		struct %s *entry = m0_lookup_or_init(counts, %s, &init);

                		if (entry) {
                %s		}
                	}
                	struct %s init = {};
                	struct %s *entry = m1_lookup_or_init(%s, &init);

                	if (entry) {
                %s	}
                	return XDP_PASS;
                }

                char LICENSE[] SEC("license") = "GPL";
                """.formatted(
                        key(settings),
                        struct(counts),
                        struct(counts),
                        key(counts),
                        additions(counts),
                        struct(totals),
                        struct(totals),
                        key(totals),
                        additions(totals));
    }

    /** The struct of the values. A record with a single component, another record, has no struct of its own. */
    private String struct(RecordVersions map) {
        return hasOnlyNested(map) ? map.mapName().replace('m', 'n') : map.mapName();
    }

    private boolean hasOnlyNested(RecordVersions map) {
        return map.parts(isLater).stream().allMatch(Part::isNested);
    }

    private String key(RecordVersions map) {
        return map.key(isLater).startsWith("@Be32") ? "bpf_htonl(key)" : "key";
    }

    private String additions(RecordVersions map) {
        return map.parts(isLater).stream()
                .map(part -> "\t\t\t" + addition(map, part) + "\n")
                .collect(Collectors.joining());
    }

    private String addition(RecordVersions map, Part part) {
        String field = "entry->" + (part.isNested() && !hasOnlyNested(map) ? "inside." : "") + part.name();
        int weight = weight(map, part);
        if (isEnum(map, part)) {
            return field + " = " + map.constants(isLater).indexOf(constant(map)) + ";";
        }
        if (isList(part)) {
            return field + "[0] += " + weight + ";";
        }
        return switch (part.type().substring(0, part.type().indexOf(' ') + 1)) {
            case "" -> field + " = true;";
            case "@Be16 " -> "%s = bpf_htons(bpf_ntohs(%s) + %d);".formatted(field, field, weight);
            case "@Be32 " -> "%s = bpf_htonl(bpf_ntohl(%s) + %d);".formatted(field, field, weight);
            default -> field + " += " + (isMillis(part) ? weight * 1000 : weight) + ";";
        };
    }

    private static boolean isTime(Part part) {
        return part.type().endsWith("Duration");
    }

    private static boolean isMillis(Part part) {
        return part.type().contains("MILLIS");
    }

    private static boolean isEnum(RecordVersions map, Part part) {
        return part.type().endsWith(map.enumName());
    }

    private static boolean isList(Part part) {
        return part.type().endsWith("IntList");
    }

    private static int length(Part part) {
        return part.type().charAt("@Size(".length()) - '0';
    }

    /** What the program of any version adds to a component for each packet. */
    private int weight(RecordVersions map, Part part) {
        String name = isLater ? map.other(part.name(), false) : part.name();
        return name.equals("added") ? 6 : 1 + Integer.parseInt(name.substring("part".length()));
    }

    /** The constant of all entries: the same in both versions, if both have it. */
    private String constant(RecordVersions map) {
        String wanted = isLater ? map.other("SECOND", true) : "SECOND";
        List<String> constants = map.constants(isLater);
        return constants.contains(wanted) ? wanted : constants.get(0);
    }

    /** The number of packets in an entry. Throws if a component has another number than the program has counted, whichever version it was of. */
    long packets(RecordVersions map, Object entry) throws ReflectiveOperationException {
        Map<String, Object> values = RecordVersions.values(entry);
        List<String> others = map.parts(!isLater).stream()
                .map(part -> map.other(part.name(), !isLater))
                .toList();
        long packets = counted(List.of(entry));
        for (Part part : map.parts(isLater)) {
            Object value = Objects.requireNonNull(values.get(part.name()));
            boolean isInBoth = others.contains(part.name());
            boolean isCounted = isExpected(map, part, value, packets);
            boolean isLeftOut = !isInBoth && isExpected(map, part, value, 0);
            assertThat(isCounted || isLeftOut)
                    .as("%s of %s, of version %s:%n%s", part.name(), entry, isLater ? "later" : "earlier", map)
                    .isTrue();
        }
        return packets;
    }

    /** The number of packets in entries of either version. */
    static long counted(List<Object> entries) throws ReflectiveOperationException {
        long packets = 0;
        for (Object entry : entries) {
            Map<String, Object> values = RecordVersions.values(entry);
            packets += (Long) Objects.requireNonNull(values.getOrDefault(RecordVersions.COUNTER, values.get("other")));
        }
        return packets;
    }

    private boolean isExpected(RecordVersions map, Part part, Object value, long packets) {
        long number = weight(map, part) * packets;
        if (isTime(part)) {
            return value.equals(Duration.ofSeconds(number).toString());
        }
        if (isEnum(map, part)) { // another constant if one version lacks it
            return packets == 0
                    || value.equals(constant(map))
                    || !map.constants(!isLater).contains(otherConstant(map));
        }
        if (isList(part)) {
            return value.equals(Stream.concat(
                            Stream.of(number), IntStream.range(1, length(part)).mapToObj(i -> 0L))
                    .toList()
                    .toString());
        }
        return value.equals(part.type().equals("boolean") ? String.valueOf(packets > 0) : (Object) number);
    }

    private String otherConstant(RecordVersions map) {
        return map.other(constant(map), !isLater);
    }

    /** The settings are what one of the versions has put into them. */
    void requireSetting(Object entry) throws ReflectiveOperationException {
        assertThat(packets(settings, entry)).isEqualTo(SETTING);
    }

    @Override
    public String toString() {
        return counts + "\n" + totals + "\n" + settings;
    }
}
