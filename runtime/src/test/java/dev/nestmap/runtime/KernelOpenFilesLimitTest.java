/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.LoadedClasses;
import dev.nestmap.schema.Schema;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A process can use as many inner maps as it may open files, and says so before it fails. */
@KernelTestOnOneJdk
class KernelOpenFilesLimitTest {
    private static final int FILES = 256;
    private static final int TENANTS = 400;

    @Test
    void saysAtTheLoadAndAtTheEndThatFilesAreMissing() throws IOException {
        assertThat(new ChildVm().withOpenFiles(FILES).run(Unpinned.class))
                .containsOnlyOnce("WARNING")
                .contains(
                        "tenant can have 400 inner maps, but this process may open only 256 files (ulimit -n), and each inner map"
                                + " that it uses keeps one open: raise the limit (LimitNOFILE= in systemd)",
                        "creation of map flow_map: EMFILE (24): this process has reached its limit of open files (ulimit -n), 256,"
                                + " and each inner map that it uses keeps one open: raise the limit (LimitNOFILE= in systemd)",
                        "the others are right")
                .doesNotContain("all " + TENANTS);
    }

    /** Linux gives a service a soft limit of 1,024 files, and a much higher hard one. */
    @Test
    void theJavaVmRaisesTheLimit() throws IOException {
        assertThat(new ChildVm()
                        .startedBy("prlimit", "--nofile=" + FILES + ":" + 3 * TENANTS)
                        .run(Unpinned.class))
                .contains("all " + TENANTS + " tenants")
                .doesNotContain("WARNING");
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

    /** Creates many inner maps, and reads, changes and rotates all of them. */
    private static void use(TenantMap tenants) {
        FlowKey https = new FlowKey(443, 6);
        int step = 40;
        for (int from = 0; from < TENANTS; from += step) {
            try {
                tenants.createAll(keys(from, step), (key, flows) -> flows.put(new Flow(https, key)));
            } catch (BpfException e) {
                System.out.println("failed: " + e.getMessage());
                tenants.forEach((key, flows) -> {
                    if (!new Flow(https, key).equals(flows.get(https))) {
                        throw new IllegalStateException("tenant " + key + " has a wrong count");
                    }
                });
                System.out.println("the others are right");
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
