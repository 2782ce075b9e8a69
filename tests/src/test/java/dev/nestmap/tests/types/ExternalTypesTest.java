/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import dev.nestmap.tests.types.ExternalTypes.Action;
import dev.nestmap.tests.types.ExternalTypes.Addresses;
import dev.nestmap.tests.types.ExternalTypes.Ethernet;
import dev.nestmap.tests.types.ExternalTypes.Flow;
import dev.nestmap.tests.types.ExternalTypes.FlowKeys;
import dev.nestmap.tests.types.ExternalTypes.Ipv4;
import dev.nestmap.tests.types.ExternalTypes.Limits;
import dev.nestmap.tests.types.ExternalTypes.MyKind;
import dev.nestmap.tests.types.ExternalTypes.MyMode;
import dev.nestmap.tests.types.ExternalTypes.MyNode;
import dev.nestmap.tests.types.ExternalTypes.MyPoint;
import dev.nestmap.tests.types.ExternalTypes.Packet;
import dev.nestmap.tests.types.ExternalTypes.Window;
import dev.nestmap.types.MacAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Types of other headers keep their layout, or the compilation fails. */
class ExternalTypesTest {
    private static final long SEED = Long.getLong("nestmap.seed", 20261120L);

    private static final List<MyMode> MODES = List.of(MyMode.values());

    /** In comparisons, arrays of records compare by their elements. */
    private static final RecursiveComparisonConfiguration BY_PARTS = new RecursiveComparisonConfiguration();

    /** Declarations that match the headers. */
    private static final String RIGHT = """
            package com.acme;

            import dev.nestmap.annotations.*;
            import java.net.Inet4Address;

            @BpfObject
            interface Flows {
                @External(header = "linux/ip.h")
                record Iphdr(
                        @U8 @Bits(4) int ihl, @U8 @Bits(4) int version, @U8 int tos, @Be16 int totLen, @Be16 int id,
                        @Be16 int fragOff, @U8 int ttl, @U8 int protocol, @U16 int check, Inet4Address saddr,
                        Inet4Address daddr) {}

                @External(header = "my_types.h")
                enum MyMode {
                    @EnumValue(0) OFF,
                    @EnumValue(4) ON,
                    @EnumValue(5) LATER
                }

                @External(header = "my_types.h")
                @Packed
                record MyPoint(@S16 short x, @S16 short y) {}

                record Window(@U16 int low, @S16 short high) {}

                @Union
                sealed interface Id {
                    record Number(@U32 long number) implements Id {}

                    record Ports(@Size(2) @Be16 int[] ports) implements Id {}
                }

                @External(header = "my_types.h")
                record MyLimits(
                        @U32 long rate, @Size(2) Window[] window, MyMode mode, boolean on, @Size(7) String name,
                        @U64 @Bits(40) long wide, @U64 @Bits(24) long rest, @S32 @Bits(5) int delta,
                        @Bits(1) boolean seen, dev.nestmap.types.Untagged<Id> id, @Size(3) MyPoint[] points) {}

                @BpfMap(maxEntries = 16)
                record Flow(@Key @U32 long id, Iphdr header, MyLimits limits) {}
            }
            """;

    @TempDir
    Path directory;

    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void theObjectHasTheDeclaredSchema(InstalledClang clang) throws IOException {
        Schema declared = SchemaText.parse(Files.readString(HeaderCompiler.generated("external_types.schema")));

        assertThat(SchemaComparison.compare(declared, new HeaderCompiler(clang, directory).read("external_types")))
                .isEmpty();
        assertThat(declared.isExternal("iphdr")).isTrue();
        assertThat(declared.type("window")).as("an external type without a tag").isEmpty();
    }

    /** The same types, from the kernel's own BTF. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void vmlinuxMayReplaceTheKernelsHeaders(InstalledClang clang) throws IOException {
        Path c = vmlinux("#include \"external_types.bpf.h\"\n");

        Path object = directory.resolve("test.bpf.o");
        clang.compile(c, object, options(directory, HeaderCompiler.generated("include")))
                .succeeded();
        assertThat(HeaderCompiler.schemaOf(object).maps())
                .extracting(MapDef::name)
                .containsExactlyInAnyOrder("ours_flow_map", "ours_tenant", "ours_tenant_uncounted");
    }

    @Tag("jdk-independent")
    @Test
    void typesOfVmlinuxWithoutAUserSpaceHeaderAreRejected() throws IOException {
        new OutputFolder(directory).compile(Sources.of("""
                package com.acme;

                import dev.nestmap.annotations.*;

                @BpfObject
                interface Flows {
                    @External(header = "linux/rcupdate.h")
                    @Name("rcu_head")
                    record Head(@U64 long next, @U64 long func) {}

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key @U32 long id, Head head) {}
                }
                """));

        String output = complaints(vmlinux("#include \"flows.bpf.h\"\n"), InstalledClang.newest());

        assertThat(output).contains("<linux/rcupdate.h> is not installed or not a UAPI header");
    }

    /** Linux 7.3 has such structs, and so does its {@code vmlinux.h}. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void aStructMayEmbedAnotherByItsTagAlone(InstalledClang clang) throws IOException {
        Files.writeString(directory.resolve("embedding.h"), """
                struct slots { long long first; int second; };
                struct embedding { short kind; struct slots; unsigned short size; };
                """);
        assertThat(new OutputFolder(directory).compile(Sources.of("""
                package com.acme;

                import dev.nestmap.annotations.*;

                @BpfObject
                interface Flows {
                    record Slots(@S64 long first, @S32 int second) {}

                    @External(header = "embedding.h")
                    record Embedding(@S16 short kind, @Anonymous Slots slots, @U16 int size) {}

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key @U32 long id, Embedding embedding) {}
                }
                """))).succeededWithoutWarnings();
        Path c = Files.writeString(directory.resolve("test.bpf.c"), "#include \"flows.bpf.h\"\n");
        Path object = directory.resolve("test.bpf.o");

        clang.compile(c, object, options(directory, directory.resolve("META-INF/bpf/include")))
                .succeeded();

        Schema declared = SchemaText.parse(Files.readString(directory.resolve("META-INF/bpf/com/acme/flows.schema")));
        assertThat(SchemaComparison.compare(declared, HeaderCompiler.schemaOf(object)))
                .isEmpty();
    }

    /** Options for headers with structs that embed others by their tags alone. */
    private static List<String> options(Path... includes) {
        List<String> options = new ArrayList<>(List.of("-target", "bpf", "-O2"));
        options.addAll(List.of("-fms-extensions", "-Wno-microsoft-anon-tag"));
        Arrays.stream(includes).forEach(include -> options.add("-I" + include));
        return options;
    }

    private Path vmlinux(String source) throws IOException {
        Files.writeString(directory.resolve("vmlinux.h"), InstalledCommand.vmlinux());
        return Files.writeString(directory.resolve("test.bpf.c"), "#include \"vmlinux.h\"\n" + source);
    }

    /** The compiler names the struct, its header and the field for each declaration that it can refute. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Inet4Address saddr,         |                             | struct iphdr of linux/ip.h | its size is",
                "@U8 int tos                 | @S8 int tos                 | struct iphdr of linux/ip.h | tos is signed",
                "@U8 int ttl, @U8 int protocol | @U16 int ttl              | struct iphdr of linux/ip.h | the size of ttl is",
                "@U8 int ttl, @U8 int protocol | @U8 int protocol, @U8 int ttl | struct iphdr of linux/ip.h | the offset of ttl is",
                "@U8 @Bits(4) int ihl        | @U8 @Bits(3) int ihl        | struct iphdr of linux/ip.h | ihl is an"
                        + " unsigned bit-field of 3 bits",
                "@Bits(5) int delta          | @Bits(6) int delta          | struct my_limits of my_types.h | delta is a"
                        + " signed bit-field of 6 bits",
                "@Bits(1) boolean seen       | @U8 @Bits(2) int seen       | struct my_limits of my_types.h | seen is an"
                        + " unsigned bit-field of 2 bits",
                "boolean on                  | @S8 int on                  | struct my_limits of my_types.h | on is signed",
                "@U8 int tos                 | boolean tos                 | struct iphdr of linux/ip.h | tos is bool",
                "@EnumValue(5) LATER         | @EnumValue(6) LATER         | enum my_mode of my_types.h | MY_MODE_LATER is 6",
                "@U16 int low                | @S16 int low                | struct my_limits of my_types.h | window[0].low is"
                        + " signed",
                "@Size(2) Window[] window    | @Size(4) @U16 int[] window  | struct my_limits of my_types.h | the size of window[0] is",
                "@Size(3) MyPoint[] points   | @Size(3) Window[] points    | struct my_limits of my_types.h | points[0].low",
            })
    void wrongDeclarationsDoNotCompile(String right, String wrong, String type, String what) throws IOException {
        String source = RIGHT.replace(right, wrong == null ? "" : wrong);
        assertThat(source).isNotEqualTo(RIGHT);

        String output = compile(source, InstalledClang.newest());

        assertThat(output).contains(what);
        if (!what.startsWith("points")) {
            assertThat(output).contains(type + " differs from com.acme.Flows, where " + what);
        }
    }

    /** If a tag does not exist, the compiler prints no message of Nestmap, only the line of the assertion. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void theErrorForAMissingTagShowsItsDeclaration(InstalledClang clang) throws IOException {
        String output = compile(RIGHT.replace("record Iphdr(", "@Name(\"ip\") record Iphdr("), clang);

        List<String> lines = output.lines().toList();
        assertThat(lines)
                .filteredOn(line -> line.contains("error: "))
                .first(STRING)
                .contains("incomplete type 'struct ip'");
        assertThat(lines)
                .filteredOn(line -> line.contains("_Static_assert"))
                .first(STRING)
                .contains("struct ip", "com.acme.Flows has @External(header = \"linux/ip.h\"); @Name sets another tag");
    }

    /** The C compiler can't check these properties, but BTF contains them. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boolean on | @U8 int on | field on: __u8 in the records, bool in the object",
                "@U8 @Bits(4) int ihl, @U8 @Bits(4) int version | @U8 @Bits(4) int version, @U8 @Bits(4) int ihl"
                        + " | field version: offset 0 bit 0 in the records, 0 bit 4 in the object",
                "@U8 int protocol, @U16 int check | @Pad(1) @U16 int check"
                        + " | field protocol: missing in the records, __u8 at offset 9 in the object; add a component for it if the record is @External",
            })
    void bindingFindsWhatTheCompilerCannotCheck(String right, String wrong, String difference) throws IOException {
        assertThat(compile(RIGHT.replace(right, wrong), InstalledClang.newest()))
                .isEmpty();

        Schema declared = SchemaText.parse(Files.readString(directory.resolve("META-INF/bpf/com/acme/flows.schema")));
        assertThat(SchemaComparison.compare(declared, HeaderCompiler.schemaOf(directory.resolve("test.bpf.o"))))
                .anySatisfy(found -> assertThat(found.message()).endsWith(difference));
    }

    /** The C code accesses these types with preserve_access_index, as vmlinux.h does. libbpf relocates their fields. */
    @Tag("jdk-independent")
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void relocatableTypesAreDetected(InstalledClang clang) throws IOException {
        assertThat(new OutputFolder(directory).compile(Sources.of(RIGHT))).succeededWithoutWarnings();
        Path c = Files.writeString(directory.resolve("test.bpf.c"), """
                #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
                #include <linux/bpf.h>
                #include <linux/ip.h>
                #include "my_types.h"
                #pragma clang attribute pop
                #include "flows.bpf.h"

                SEC("socket")
                int read(struct __sk_buff *skb)
                {
                	struct flow *flow = flow_lookup(1);

                	(void)skb;
                	return flow ? flow->header.ttl + flow->limits.rate : 0;
                }
                """);
        assertThat(complaints(c, clang)).isEmpty();

        ObjectFile object = ObjectFile.parse("test.bpf.o", Files.readAllBytes(directory.resolve("test.bpf.o")));
        Schema declared = SchemaText.parse(Files.readString(directory.resolve("META-INF/bpf/com/acme/flows.schema")));
        assertThat(object.relocatedTypes()).containsExactlyInAnyOrder("iphdr", "my_limits");
        assertThat(SchemaComparison.compare(declared, object.schema())).isEmpty();
        assertThat(SchemaComparison.compare(declared, object.schema(), object.relocatedTypes()))
                .singleElement()
                .extracting(Difference::message)
                .isEqualTo("struct my_limits: offsets that never change in the records, those of the running kernel"
                        + " (preserve_access_index, as in vmlinux.h) in the object");
        assertThat(SchemaComparison.compare(declared.asForeign(), object.schema(), object.relocatedTypes()))
                .as("records of an object that others wrote")
                .isEmpty();
    }

    private String compile(String source, InstalledClang clang) throws IOException {
        assertThat(new OutputFolder(directory).compile(Sources.of(source))).succeededWithoutWarnings();
        Path c = Files.writeString(directory.resolve("test.bpf.c"), "#include \"flows.bpf.h\"\n");
        return complaints(c, clang);
    }

    private String complaints(Path c, InstalledClang clang) {
        return clang.compile(
                        c,
                        directory.resolve("test.bpf.o"),
                        directory,
                        directory.resolve("META-INF/bpf/include"),
                        HeaderCompiler.generated("include"))
                .output();
    }

    @KernelTest
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsSeeTheSameValues(InstalledClang clang) throws IOException {
        Random random = new Random(SEED);
        try (ExternalTypesBpf types = ExternalTypesBpf.load(BpfObjects.of("external_types", clang))) {
            ExternalTypesBpf.FlowMap flows = types.tenant().getOrCreate(7);
            for (int round = 0; round < 100; round++) {
                Flow stored = random(random);
                flows.put(stored);
                assertThat(types.program("turn").testRun(new byte[64]).returnValue())
                        .isEqualTo(2);
                assertThat(flows.get(stored.packet()))
                        .as("seed %d, round %d: %s", SEED, round, stored)
                        .usingRecursiveComparison(BY_PARTS)
                        .isEqualTo(turned(stored));
            }
        }
    }

    private static Flow turned(Flow flow) {
        FlowKeys keys = flow.keys();
        Addresses.V4 addresses = (Addresses.V4) keys.addresses();
        return new Flow(
                flow.packet(),
                new FlowKeys(
                        keys.nhoff(),
                        keys.thoff(),
                        keys.addrProto(),
                        keys.isFrag(),
                        keys.isFirstFrag(),
                        keys.isEncap(),
                        keys.ipProto(),
                        keys.nProto(),
                        keys.sport(),
                        keys.sport(),
                        new Addresses.V4(addresses.ipv4Src(), addresses.ipv4Src()),
                        keys.flags(),
                        0xfffff),
                turned(flow.limits()),
                flow.action() == Action.PASS ? Action.DROP : Action.PASS,
                turned(flow.node()));
    }

    private static MyNode turned(MyNode node) {
        return new MyNode(
                node.others()[1],
                new long[] {node.others()[0], 0},
                node.kind() == MyKind.SOME ? MyKind.MOST : MyKind.SOME);
    }

    private static Limits turned(Limits limits) {
        Window[] was = limits.window();
        int[] ports = limits.id().as(ExternalTypes.Id.Ports.class).ports();
        MyPoint[] points = limits.points();
        return new Limits(
                (limits.rate() + 1) % (1L << 32),
                new Window[] {new Window(was[1].low(), was[0].high()), new Window(was[1].low(), (short) -was[1].high())
                },
                limits.mode() == MyMode.ON ? MyMode.LATER : MyMode.ON,
                !limits.on(),
                "N" + limits.name().substring(1),
                (limits.wide() + 1) % (1L << 40),
                (limits.rest() - 1) & 0xff_ffff,
                limits.delta() == -16 ? -16 : -limits.delta(),
                !limits.seen(),
                ExternalTypesBpf.IdUnion.of(new ExternalTypes.Id.Ports(new int[] {ports[0], ports[0]})),
                new MyPoint[] {points[0], points[1], new MyPoint(points[2].x(), points[0].x())});
    }

    private static Flow random(Random random) throws IOException {
        MacAddress source = MacAddress.of(new byte[6]);
        Packet packet = new Packet(
                new Ethernet(MacAddress.of(new byte[] {1, 2, 3, 4, 5, 6}), source, 0x0800),
                60,
                new Ipv4(5, 4, 0, 0, 0, 0, 64, 0, 0, address(127, 1), address(0, 0)));
        FlowKeys keys = new FlowKeys(
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                0x0800,
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(256),
                0x0800,
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                new Addresses.V4(address(10, random.nextInt(256)), address(10, random.nextInt(256))),
                random.nextLong() >>> 32,
                random.nextLong() >>> 32);
        Action action = random.nextBoolean() ? Action.PASS : Action.DROP;
        MyNode node = new MyNode(
                random.nextLong(),
                new long[] {random.nextLong(), random.nextLong()},
                random.nextBoolean() ? MyKind.SOME : MyKind.MOST);
        return new Flow(packet, keys, limits(random), action, node);
    }

    private static Limits limits(Random random) {
        return new Limits(
                random.nextLong() >>> 32,
                new Window[] {window(random), window(random)},
                MODES.get(random.nextInt(MODES.size())),
                random.nextBoolean(),
                "name" + random.nextInt(10),
                random.nextLong() >>> 24,
                random.nextInt(1 << 24),
                random.nextInt(32) - 16,
                random.nextBoolean(),
                ExternalTypesBpf.IdUnion.of(
                        new ExternalTypes.Id.Ports(new int[] {random.nextInt(1 << 16), random.nextInt(1 << 16)})),
                new MyPoint[] {point(random), point(random), point(random)});
    }

    private static Window window(Random random) {
        return new Window(random.nextInt(1 << 16), (short) random.nextInt());
    }

    private static MyPoint point(Random random) {
        return new MyPoint((short) random.nextInt(), (short) random.nextInt());
    }

    private static Inet4Address address(int first, int last) throws IOException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) first, 0, 0, (byte) last});
    }
}
