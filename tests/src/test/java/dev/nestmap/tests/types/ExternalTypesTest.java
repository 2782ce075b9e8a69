/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.tests.toolchain.BpfObjects;
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
import dev.nestmap.tests.types.ExternalTypes.Verdict;
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
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types of other headers keep their layout, or the compilation fails. */
class ExternalTypesTest {
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

    @InstalledClang.Each
    void theObjectHasTheDeclaredSchema(InstalledClang clang) throws IOException {
        Schema declared = SchemaText.parse(Files.readString(HeaderCompiler.generated("external_types.schema")));

        assertThat(SchemaComparison.compare(declared, new HeaderCompiler(clang, directory).read("external_types")))
                .isEmpty();
        assertThat(declared.isExternal("iphdr")).isTrue();
        assertThat(declared.type("window")).as("an external type without a tag").isEmpty();
    }

    /** The same types, from the kernel's own BTF. */
    @InstalledClang.Each
    void vmlinuxMayReplaceTheKernelsHeaders(InstalledClang clang) throws IOException {
        Path c = vmlinux("#include \"external_types.bpf.h\"\n");

        Path object = directory.resolve("test.bpf.o");
        clang.compile(c, object, options(directory, HeaderCompiler.generated("include")))
                .succeeded();
        assertThat(HeaderCompiler.schemaOf(object).maps())
                .extracting(MapDef::name)
                .containsExactlyInAnyOrder("ours_flow_map", "ours_tenant", "ours_tenant_uncounted", "ours_verdict");
    }

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
    @InstalledClang.Each
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
    @InstalledClang.Each
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
    @InstalledClang.Each
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

    /** Records may declare only a part of an external type. Such a type does not make a pinned map look changed. */
    @KernelTest
    @InstalledClang.Each
    void programsSeeTheSameValues(InstalledClang clang) throws IOException {
        Ipv4 header = new Ipv4(5, 4, 0, 0, 0, 0, 64, 0, 0, address(127, 1), address(0, 0));
        Ethernet ethernet =
                new Ethernet(MacAddress.of(new byte[] {1, 2, 3, 4, 5, 6}), MacAddress.of(new byte[6]), 0x0800);
        Packet packet = new Packet(ethernet, 60, header);
        Limits low = limits(0xffff_ffffL, 65_535, (short) 300, MyMode.ON, true, "name", (1L << 40) - 1, 0, 15, false);
        Limits high = limits(0, 0, (short) -300, MyMode.LATER, false, "Name", 0, 0xff_ffff, -15, true);
        Flow stored = new Flow(
                packet, keys(8080, 2, 0x7f000001L), low, Action.PASS, new MyNode(1, new long[] {-2, -3}, MyKind.SOME));
        Flow turned = new Flow(
                packet, keys(443, 1, 0xfffff), high, Action.DROP, new MyNode(-3, new long[] {-2, 0}, MyKind.MOST));
        Verdict verdict = new Verdict(7, header, Action.DROP);
        try (BpfFs fs = BpfFs.mount()) {
            PinOptions pins = PinOptions.in(fs.path(""));
            Path object = BpfObjects.of("external_types", clang);
            try (ExternalTypesBpf types =
                    ExternalTypesBpf.open(object).pins(pins).load()) {
                types.verdict().put(verdict);
                types.tenant().create(7).put(stored);

                assertThat(types.program("turn").testRun(new byte[64]).returnValue())
                        .isEqualTo(2);
            }
            try (ExternalTypesBpf types =
                    ExternalTypesBpf.open(object).pins(pins).load()) {
                assertThat(types.verdict().get(7)).isEqualTo(verdict);
                assertThat(types.tenant().get(7, packet))
                        .usingRecursiveComparison(BY_PARTS)
                        .isEqualTo(turned);
            }
        }
    }

    private static FlowKeys keys(int destinationPort, int destination, long label) throws IOException {
        Addresses addresses = new Addresses.V4(address(10, 1), address(10, destination));
        return new FlowKeys(
                1,
                65_535,
                0x0800,
                1,
                0,
                1,
                255,
                0x0800,
                443,
                destinationPort,
                ExternalTypesBpf.AddressesUnion.of(addresses),
                1L << 31,
                label);
    }

    /** The program changes what the parameters say, a port and a coordinate. */
    private static Limits limits(
            long rate,
            int low,
            short high,
            MyMode mode,
            boolean on,
            String name,
            long wide,
            long rest,
            int delta,
            boolean isTurned) {
        int port = isTurned ? 443 : 8080;
        short y = (short) (isTurned ? 1 : 6);
        return new Limits(
                rate,
                new Window[] {new Window(low, (short) 7), new Window(0, high)},
                mode,
                on,
                name,
                wide,
                rest,
                delta,
                isTurned,
                ExternalTypesBpf.IdUnion.of(new ExternalTypes.Id.Ports(new int[] {443, port})),
                new MyPoint[] {
                    new MyPoint((short) 1, (short) 2), new MyPoint((short) 3, (short) 4), new MyPoint((short) 5, y)
                });
    }

    private static Inet4Address address(int first, int last) throws IOException {
        return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) first, 0, 0, (byte) last});
    }
}
