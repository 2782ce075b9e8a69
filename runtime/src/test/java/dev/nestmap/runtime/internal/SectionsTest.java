/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"syscall", "lsm.s/file_open", "fentry.s/f", "uprobe.s", "uprobe.multi.s/a:b", "iter.s/task"})
    void knowsWhatMaySleep(String section) {
        assertThat(Sections.isSleepable(section)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xdp", "tc", "lsm/file.s", "kprobe/x.s", "xdp.frags", "tracepoint/syscalls/sys_enter_open"})
    void knowsWhatMayNot(String section) {
        assertThat(Sections.isSleepable(section)).isFalse();
    }
}
