/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Test;

/** Packets pass as the limits allow. */
@KernelTest
class RateLimitsDemoTest {
    /** Runs the example in its own process, because only the calling thread enters a network namespace. */
    @Test
    void passesWhatTheLimitsAllow() throws Exception {
        String output = new ChildVm().inNetworkNamespace().run(RateLimitsDemo.class);

        assertThat(output.lines().filter(line -> line.startsWith("  127.0.0.")))
                .as(output)
                .hasSize(6);
    }
}
