/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A test run has its own copy of the input, and runs at least once. */
class TestRunOptionsTest {
    @Test
    void copiesItsInput() {
        byte[] packet = {1};
        byte[] context = {2};
        TestRun.Input options =
                TestRun.Input.packet(packet).withContext(context).withRepeat(3);

        packet[0] = 9;
        context[0] = 9;
        options.data()[0] = 8;

        assertThat(options.data()).containsExactly(1);
        assertThat(options.context()).containsExactly(2);
        assertThat(options.repeat()).isEqualTo(3);
        assertThat(TestRun.Input.none().data()).isEmpty();
    }

    @Test
    void runsAtLeastOnce() {
        assertThatThrownBy(() -> TestRun.Input.none().withRepeat(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("repeat is 0: a program is run at least once");
    }
}
