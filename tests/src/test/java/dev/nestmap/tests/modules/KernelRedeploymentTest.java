/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** A server that replaces an application can unload the earlier one: nothing of Nestmap stays in the process. */
@KernelTest
@EnabledForJreRange(
        min = JRE.JAVA_25,
        disabledReason = "older versions have no java.lang.foreign, and 22 to 24 were not tried")
@Tag("both-jdks")
class KernelRedeploymentTest extends PinningTest {
    private String redeploy(String implementation, String object) throws IOException {
        return new ChildVm()
                .with("-Dnestmap.native=" + implementation, "-Dpins=" + fs.path(""), "-XX:SoftRefLRUPolicyMSPerMB=0")
                .run(Redeployment.class, object);
    }

    @Test
    void mapsInMemoryAreUnloaded() throws IOException {
        assertThat(redeploy("foreign", "")).isEqualToIgnoringNewLines("collected");
    }

    @Test
    void anApplicationWithForeignIsUnloaded() throws IOException {
        assertThat(redeploy("foreign", BpfObjects.of("lost_events").toString())).isEqualToIgnoringNewLines("collected");
    }
}
