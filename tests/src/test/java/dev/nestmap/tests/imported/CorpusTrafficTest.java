/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.pin.AutoPins;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.InstalledCommand;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs programs of the corpus on random packets, and compares each entry of their maps with what bpftool prints. {@code bin/dev/corpus} runs
 * it.
 */
@KernelTest
@EnabledIfSystemProperty(named = "nestmap.corpus", matches = ".+")
class CorpusTrafficTest {
    private static final Path SELFTESTS =
            Path.of(System.getProperty("nestmap.corpus", ""), "linux-source-6.12/testing/selftests/bpf/progs");

    private static final Pattern PART = Pattern.compile("\"(key|value)\":\\[((?:\"0x[0-9a-f]{2}\",?)+)]");
    private static final Pattern FILLED = Pattern.compile("(\\w+):(\\d+)");
    private static final int PACKETS = 10_000;

    /** @param filled maps whose entries the programs read and user space writes, with the number of entries */
    @ParameterizedTest
    @CsvSource({
        "for_each_array_map_elem, test_pkt_access, arraymap:3 percpu_map:1, arraymap percpu_map",
        "for_each_hash_map_elem, test_pkt_access, hashmap:3 percpu_map:1, hashmap percpu_map",
        "test_global_data, load_static_data, '', result_number result_string result_struct",
        "test_map_lock, bpf_map_lock_test, hash_map:1, hash_map array_map",
        "test_spin_lock, bpf_spin_lock_test, '', hmap vqueue",
        "test_l4lb, balancer_ingress, ch_rings:19 reals:4, ch_rings reals stats vip_map ctl_array"
    })
    void bpftoolReadsTheSameBytes(String object, String program, String filled, String maps) {
        Random random = new Random(object.hashCode());
        int compared = 0;
        try (LoadedObject loaded = Nestmap.open(SELFTESTS.resolve(object + ".o"))
                .onlyPrograms(program)
                .autoPins(AutoPins.IGNORE)
                .load()) {
            Matcher map = FILLED.matcher(filled);
            while (map.find()) {
                fill(UntypedMap.of(loaded, map.group(1)), Integer.parseInt(map.group(2)), random);
            }
            UntypedProgram traffic = loaded.program(program);
            for (int i = 0; i < PACKETS; i++) {
                byte[] packet = new byte[64 + random.nextInt(1000)];
                random.nextBytes(packet);
                packet[12] = 8; // IPv4
                packet[13] = 0;
                traffic.testRun(packet);
            }
            for (String name : maps.split(" ", -1)) {
                UntypedMap dumpedMap = UntypedMap.of(loaded, name);
                List<String> read = new ArrayList<>();
                dumpedMap.forEach(entry -> read.add(hex(entry.key()) + values(dumpedMap, entry.value())));
                List<String> dumped = dumped(dumpedMap.id());
                assertThat(read).as(object + ", map " + name).containsExactlyInAnyOrderElementsOf(dumped);
                compared += dumped.stream()
                        .mapToInt(entry -> entry.replace(" ", "").length() / 2)
                        .sum();
            }
        }
        System.out.println("CorpusTrafficTest: " + object + ", " + compared + " bytes after " + PACKETS + " packets");
    }

    private static void fill(UntypedMap map, int entries, Random random) {
        for (int i = 0; i < entries; i++) {
            ByteBuffer key = ByteBuffer.allocate(map.keySize()).order(ByteOrder.nativeOrder());
            key.putInt(0, i);
            byte[] value = new byte[map.valuesPerEntry() == 1 ? map.valueSize() : map.valuesPerEntry() * stride(map)];
            for (int at = 0; at < value.length; at++) {
                value[at] = at % stride(map) < map.valueSize() ? (byte) random.nextInt() : 0;
            }
            map.put(new UntypedMap.Entry(ByteString.of(key.array()), ByteString.of(value)));
        }
    }

    private static int stride(UntypedMap map) {
        return (map.valueSize() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /** The value of each CPU, without the bytes between them. */
    private static String values(UntypedMap map, ByteString value) {
        String all = hex(value);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < map.valuesPerEntry(); i++) {
            int start = i * stride(map) * 2;
            text.append(' ').append(all, start, start + map.valueSize() * 2);
        }
        return text.toString();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toBytes());
    }

    private static List<String> dumped(int id) {
        InstalledCommand.Result dump = InstalledCommand.run("bpftool", "-j", "map", "dump", "id", String.valueOf(id));
        assertThat(dump.status()).as(dump.output()).isZero();
        List<StringBuilder> entries = new ArrayList<>();
        Matcher matcher = PART.matcher(dump.output());
        while (matcher.find()) {
            String bytes = matcher.group(2).replaceAll("\"0x|\"|,", "");
            if (matcher.group(1).equals("key")) {
                entries.add(new StringBuilder(bytes));
            } else {
                entries.get(entries.size() - 1).append(' ').append(bytes);
            }
        }
        return entries.stream().map(StringBuilder::toString).toList();
    }
}
