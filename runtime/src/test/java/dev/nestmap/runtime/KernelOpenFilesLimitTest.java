/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoadedClasses;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process works with more inner maps than it may open files. */
@Tag("jdk-independent")
@KernelTest
class KernelOpenFilesLimitTest extends PinnedTest {
    private static final int FILES = 256;
    private static final int TENANTS = 400;
    private static final Pattern EXPECTED = Pattern.compile("will fail at about (\\d+)");
    private static final Pattern FAILED = Pattern.compile("failed after (\\d+)");

    @Test
    void opensMapsAgainByTheirIds() throws IOException {
        assertThat(new ChildVm().withOpenFiles(FILES).run(Unpinned.class)).contains("all " + TENANTS + " tenants");
    }

    @Test
    void opensMapsAgainByTheirPins() throws IOException {
        assertThat(withoutAdministration().run(Pinned.class, fs.path("").toString()))
                .contains("all " + TENANTS + " tenants")
                .doesNotContain("WARNING");
    }

    @Test
    void saysAtWhichNumberItEnds() throws IOException {
        String said = withoutAdministration().run(Unpinned.class);

        assertThat(said)
                .containsOnlyOnce("WARNING")
                .contains(
                        "each inner map of tenant keeps a file descriptor, because Nestmap could not open it again by its id (EPERM)"
                                + " or by a pin. 1",
                        "This process may open 256 files (ulimit -n)",
                        "creation of map flow_map: EMFILE (24): this process has reached its limit of open files (ulimit -n), 256.",
                        "Raise the limit (LimitNOFILE= in systemd), run with CAP_SYS_ADMIN, or pin the inner maps (pinInners)")
                .doesNotContain("all " + TENANTS);
        assertThat(number(EXPECTED, said)).isCloseTo(number(FAILED, said), Offset.offset(30));
    }

    private static ChildVm withoutAdministration() {
        String rights = "-all,+bpf,+net_admin";
        return new ChildVm()
                .withOpenFiles(FILES)
                .startedBy("setpriv", "--bounding-set=" + rights, "--inh-caps=" + rights);
    }

    private static int number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    /** Uses an outer map that is not pinned. */
    static final class Unpinned {
        private Unpinned() {}

        public static void main(String[] arguments) throws Exception {
            LoadedClasses.load("Network");
            Schema schema = Network.schema(TENANTS);
            try (Network network = Network.of(new FactoryObject(new KernelMapFactory(), schema))) {
                use(network.tenant());
            }
        }
    }

    /** Uses a pinned outer map with pinned inner maps. */
    static final class Pinned {
        private Pinned() {}

        public static void main(String[] arguments) {
            Path root = Path.of(arguments[0]);
            try (TenantMap.Owned tenants = TenantMap.newMap(
                    Network.schema(TENANTS), root.resolve("tenant"), PinOptions.in(root), new KernelPins())) {
                use(tenants);
            }
        }
    }

    /** Creates many inner maps, and reads, changes and rotates all of them. */
    private static void use(TenantMap tenants) {
        FlowKey https = new FlowKey(443, 6);
        int step = 40;
        for (int from = 0; from < TENANTS; from += step) {
            try {
                tenants.createAll(keys(from, step), (key, flows) -> flows.put(new Flow(https, key)));
            } catch (BpfException e) {
                System.out.println("failed after " + tenants.count() + ": " + e.getMessage());
                return;
            }
        }
        tenants.forEach((key, flows) -> flows.put(new Flow(https, key + 1)));
        int[] right = {0};
        for (int from = 0; from < TENANTS; from += step) {
            DrainedMap.drainEach(
                    tenants.rotateAll(keys(from, step)),
                    (key, flows) -> right[0] += new Flow(https, key + 1).equals(flows.get(https)) ? 1 : 0);
        }
        System.out.println("all " + right[0] + " tenants");
    }

    private static List<Long> keys(long from, int count) {
        return LongStream.range(from, from + count).boxed().toList();
    }
}
