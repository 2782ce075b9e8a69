/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads objects that include the headers with libbpf into the kernel. */
@Tag("clang")
class HeaderLoadTest {
    private static final String TENANT_FLOWS = HeaderCompileTest.include(Schemas.TENANT_FLOWS);
    private static final String WIDE = HeaderCompileTest.include(Schemas.WIDE);

    /** A program that uses no map. */
    private static final String UNRELATED = program("unrelated", "return XDP_PASS;");

    private static final String COUNT = program("count", """
            struct flow_key key = {.source_port = 443, .protocol = 6};
            	struct flow none = {};
            	struct flow_map *flows = tenant_lookup(42);
            	struct flow *flow;

            	if (!flows)
            		return XDP_ABORTED;
            	flow = flow_lookup_or_init(flows, &key, &none);
            	if (!flow)
            		return XDP_DROP;
            	__sync_fetch_and_add(&flow->packets, 1);
            	return tenant_flow_lookup(42, &key) == flow ? XDP_PASS : XDP_DROP;""");

    /** Clears the unions of keys, sets the fields, and nothing else. */
    private static final String SET_FIELDS = """
            	__builtin_memset(&tag.what, 0, sizeof(tag.what));
            	__builtin_memset(&tag.ends, 0, sizeof(tag.ends));
            	tag.high = 0;
            	for (int i = 0; i < 2; i++) {
            		pair[i].zone = i;
            		pair[i].port = tag.ports[i].port = i + 7;
            		tag.ports[i].zone = 1;
            	}
            	tag.kind = KIND_PORT;
            	tag.what.port.zone = 3;
            	tag.what.port.port = 4;
            	tag.ends.type = 1;
            	tag.ends.code = 2;
            	tag.order = __builtin_bswap16(8);
            	tag.low = 5;
            	__builtin_memcpy(name, "web", 4);
            	user.id = 1;
            	__builtin_memcpy(user.names[0], "root", 5);
            	user.names[1][0] = 0;
            """;

    private static final String KEYS = """
            struct flow one = {.packets = 1};
            	struct mixed_key tag;
            	struct port_key pair[2];
            	char name[16];
            	struct user_key user;

            """;

    private static final String FIELDS_OF_KEYS = KEYS + """
            	__builtin_memset(name, 0, sizeof(name));
            	__builtin_memset(&user, 0, sizeof(user));
            	tag.version = 6;
            """ + SET_FIELDS;

    private static final String RANDOM_KEYS = KEYS + """
            	for (__u32 i = 0; i < sizeof(tag); i++)
            		((volatile __u8 *)&tag)[i] = bpf_get_prandom_u32();
            	for (__u32 i = 0; i < sizeof(pair); i++)
            		((volatile __u8 *)pair)[i] = bpf_get_prandom_u32();
            	for (__u32 i = 0; i < sizeof(name); i++)
            		((volatile __u8 *)name)[i] = bpf_get_prandom_u32();
            	for (__u32 i = 0; i < sizeof(user); i++)
            		((volatile __u8 *)&user)[i] = bpf_get_prandom_u32();
            	tag.version = 6;
            """ + SET_FIELDS;

    @TempDir
    static Path directory;

    private static Tools tools;
    private static boolean mounted;

    @BeforeAll
    static void writeHeaders() {
        tools = new Tools(directory);
        Tools.needCommand("bpftool");
    }

    @AfterAll
    static void unmount() {
        if (mounted) {
            tools.run("umount", "bpffs").succeeded();
        }
    }

    /** Builds that differ in the types of inner maps that clang writes to BTF. */
    static Stream<List<String>> builds() {
        return Tools.clangs().stream()
                .flatMap(clang -> Stream.of(
                        List.of(clang, "-O1", "-mcpu=v1"),
                        List.of(clang, "-O2", "-mcpu=v2"),
                        List.of(clang, "-O2", "-mcpu=v3")));
    }

    @ParameterizedTest
    @MethodSource("builds")
    void libbpfFindsInnerMapsWithNames(List<String> build) {
        String named = HeaderCompileTest.include(Schemas.INSTANCES);
        compile(build, "named", named + program("parse", "return by_rank_lookup(0) == &gold ? XDP_PASS : XDP_DROP;"));

        tools.open("named.o").succeeded();
    }

    @ParameterizedTest
    @MethodSource("builds")
    void libbpfFindsTheTypesOfInnerMaps(List<String> build) {
        compile(build, "alone", TENANT_FLOWS);
        compile(build, "unrelated", TENANT_FLOWS + UNRELATED);
        compile(build, "first", WIDE + program("first", "return by_cpu_lookup(0) ? XDP_PASS : XDP_DROP;"));
        compile(build, "count", TENANT_FLOWS + COUNT);

        for (String object : List.of("alone.o", "unrelated.o", "first.o", "count.o")) {
            tools.open(object).succeeded();
        }
        tools.run("bpftool", "gen", "object", "linked.o", "unrelated.o", "count.o")
                .succeeded();
        tools.open("linked.o").succeeded();
        tools.run("bpftool", "gen", "object", "wide.o", "first.o", "count.o").succeeded();
        tools.open("wide.o").succeeded();

        Tools.needCommand("llvm-strip");
        for (String object : List.of("alone.o", "count.o", "linked.o", "wide.o")) {
            tools.run("llvm-strip", "-g", object).succeeded();
            tools.open(object).succeeded();
        }
    }

    /** Shows that the test above depends on the anchor. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void withoutTheAnchorOlderClangsOmitTheTypes(String clang) {
        String header = HeaderPrinter.print(Schemas.TENANT_FLOWS, "");
        int anchor = header.indexOf("static struct {\n");
        String bare = header.substring(0, anchor) + header.substring(header.indexOf(";\n\n", anchor) + 2);
        tools.write("anchorless.bpf.h", bare);
        tools.compile(clang, "bare", "#include \"anchorless.bpf.h\"\n" + UNRELATED)
                .succeeded();

        if (clang.matches("clang-1[469]")) { // newer ones were not examined
            assertThat(tools.open("bare.o").output()).contains("can't determine key size");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void aLoopOverOuterKeysCostsNoMoreThanByHand(String clang, TestReporter reporter) {
        mountBpf();
        String byHand = """
                static __always_inline struct flow_map *find(__u32 id)
                {
                	struct flow_map *flows = bpf_map_lookup_elem(&tenant, &id);

                	if (!flows && nestmap_lookup_again)
                		flows = bpf_map_lookup_elem(&tenant, &id);
                	return flows;
                }

                static __always_inline struct flow *find_flow(struct flow_map *flows, const struct flow_key *key)
                {
                	struct flow_key copy = {
                		.source = key->source,
                		.destination = key->destination,
                		.source_port = key->source_port,
                		.destination_port = key->destination_port,
                		.protocol = key->protocol,
                	};

                	return bpf_map_lookup_elem(flows, &copy);
                }

                static __always_inline struct flow *by_hand(__u32 id, const struct flow_key *key)
                {
                	struct flow_map *flows = find(id);

                	return flows ? find_flow(flows, key) : NULL;
                }
                """;
        compile(List.of(clang, "-O2"), "fused", TENANT_FLOWS + loop("tenant_flow_lookup"));
        compile(List.of(clang, "-O2"), "hand", TENANT_FLOWS + byHand + loop("by_hand"));

        long fused = processed("fused");
        reporter.publishEntry(clang + ", instructions processed for 256 outer keys", Long.toString(fused));
        assertThat(fused).isLessThanOrEqualTo(processed("hand"));
    }

    /** The variables of the program have random bytes before it sets the fields of the keys. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void bytesOutsideOfTheFieldsOfAKeyMakeNoSecondEntry(String clang) {
        mountBpf();
        String keys = HeaderCompileTest.include(Schemas.KEYS);
        compile(List.of(clang, "-O2"), "direct", keys + program("direct", RANDOM_KEYS + """
                	return bpf_map_update_elem(&tags, &tag, &one, BPF_ANY) ||
                	       bpf_map_update_elem(&pairs, pair, &one, BPF_ANY) ||
                	       bpf_map_update_elem(&names, name, &one, BPF_ANY) ||
                	       bpf_map_update_elem(&users, &user, &one, BPF_ANY);"""));
        compile(List.of(clang, "-O2"), "helpers", keys + program("helpers", RANDOM_KEYS + """
                	return tags_add(&tag, &one) || pairs_add(pair, 1) || tags_delete(&tag) || tags_add(&tag, &one) ||
                	       pairs_update(pair, 3, BPF_EXIST) || !tags_lookup(&tag) || !pairs_lookup_or_init(pair, 5) ||
                	       names_add(name, 1) || users_add(&user, 1) || names_update(name, 3, BPF_EXIST) ||
                	       !users_lookup(&user) || !names_lookup_or_init(name, 0);"""));

        tools.write("packet", "fourteen bytes");

        assertThat(entries("direct").values())
                .allSatisfy(entries -> assertThat(entries).isGreaterThan(1));
        assertThat(entries("helpers").values()).containsOnly(1);
    }

    /** Runs the program of an object 20 times. Returns the number of entries in each of its maps. */
    private static Map<String, Integer> entries(String object) {
        load(object).succeeded();
        Map<String, Integer> entries = new HashMap<>();
        Tools.Result run = tools.run(
                ("bpftool prog run pinned bpffs/" + object + "/" + object + " data_in packet repeat 20").split(" "));
        assertThat(number("Return value: ([0-9]+)", run)).isZero();
        for (String map : List.of("tags", "pairs", "names", "users")) {
            Tools.Result dump = tools.run("bpftool", "map", "dump", "pinned", "bpffs/" + object + "_maps/" + map);
            int found = (int) dump.output()
                    .lines()
                    .filter(line -> line.contains("\"key\":"))
                    .count();
            entries.put(map, found);
        }
        unload(object);
        return entries;
    }

    /** A process with CAP_PERFMON may load programs that read bytes of the stack that they have not written. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.header.Tools#clangs")
    void programsForPacketsNeedOnlyTheCapabilitiesForThem(String clang) {
        mountBpf();
        Tools.needCommand("setpriv");
        String keys = HeaderCompileTest.include(Schemas.KEYS);
        compile(List.of(clang, "-O2"), "direct", keys + program("direct", FIELDS_OF_KEYS + """
                	return bpf_map_update_elem(&tags, &tag, &one, BPF_ANY);"""));
        compile(List.of(clang, "-O2"), "helpers", keys + program("helpers", FIELDS_OF_KEYS + """
                	return tags_add(&tag, &one) || pairs_add(pair, 1) || tags_update(&tag, &one, BPF_ANY) ||
                	       !pairs_lookup_or_init(pair, 5) || counts_count_add(&pair[0], &tag, &one);"""));

        assertThat(loadForPackets("direct").output()).contains("invalid read from stack");
        loadForPackets("helpers").succeeded();
        unload("helpers");
    }

    private static Tools.Result loadForPackets(String object) {
        String rights = "-all,+bpf,+net_admin";
        List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=" + rights, "--inh-caps=" + rights));
        command.addAll(loading(object));
        return tools.run(command);
    }

    @Test
    void aHeaderOfTypesOnlyKeepsThemInBtf() {
        tools.compile(Tools.newestClang(), "endpoint", HeaderCompileTest.include(Schemas.ENDPOINT))
                .succeeded();

        assertThat(tools.run("bpftool", "btf", "dump", "file", "endpoint.o").output())
                .contains("STRUCT 'endpoint' size=8");
    }

    private static String program(String name, String body) {
        return "\nSEC(\"xdp\")\nint " + name + "(struct xdp_md *ctx)\n{\n\t(void)ctx;\n\t" + body
                + "\n}\n\nchar _license[] __weak SEC(\"license\") = \"Dual BSD/GPL\";\n";
    }

    private static String loop(String lookup) {
        return program("loop", """
                struct flow_key key = {};
                	__u64 packets = 0;

                	for (__u32 id = 0; id < 256; id++) {
                		struct flow *flow = %s(id, &key);

                		if (flow)
                			packets += flow->packets;
                	}
                	return packets > 1000 ? XDP_DROP : XDP_PASS;""".formatted(lookup));
    }

    private static void compile(List<String> build, String name, String source) {
        tools.compile(build.get(0), name, source, build.subList(1, build.size()).toArray(String[]::new))
                .succeeded();
    }

    /** Mounts a BPF file system for this test, so that no pin remains afterwards. */
    private static void mountBpf() {
        if (!mounted) {
            assertThat(directory.resolve("bpffs").toFile().mkdir() || Files.isDirectory(directory.resolve("bpffs")))
                    .isTrue();
            Tools.Result mount = tools.run("mount", "-t", "bpf", "none", "bpffs");
            Tools.need(mount.status() == 0, "no privilege to mount a BPF file system: " + mount.output());
            mounted = true;
        }
    }

    private static Tools.Result load(String object) {
        return tools.run(loading(object));
    }

    private static List<String> loading(String object) {
        return List.of(
                "bpftool",
                "-d",
                "prog",
                "loadall",
                object + ".o",
                "bpffs/" + object,
                "pinmaps",
                "bpffs/" + object + "_maps");
    }

    private static void unload(String object) {
        delete(object);
        delete(object + "_maps");
    }

    private static void delete(String pin) {
        tools.run("rm", "-r", "bpffs/" + pin).succeeded();
    }

    private static long processed(String object) {
        Tools.Result load = load(object);
        load.succeeded();
        unload(object);
        return number("processed ([0-9]+) insns", load);
    }

    private static long number(String pattern, Tools.Result result) {
        Matcher matcher = Pattern.compile(pattern).matcher(result.output());
        assertThat(matcher.find()).as(result.output()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
