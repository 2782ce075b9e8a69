/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.newtenants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Test;

/** Datagrams of new tenants are counted from the first one. */
@KernelTest
class NewTenantsDemoTest {
    /** Runs the example in its own process, because only the calling thread enters a network namespace. */
    @Test
    void losesNoDatagramOnLoopback() throws Exception {
        String output = new ChildVm().inNetworkNamespace().run(NewTenantsDemo.class);

        assertThat(output)
                .contains("50,000 datagrams to 1,000 ports", "in the maps of 1,000 ports", "ignored    1,000");
    }
}
