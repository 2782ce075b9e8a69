/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"syscall", "lsm.s/file_open", "fentry.s/f", "uprobe.s", "uprobe.multi.s/a:b", "iter.s/task"})
    void recognizesSleepablePrograms(String section) {
        assertThat(SectionName.isSleepable(section)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xdp", "tc", "lsm/file.s", "kprobe/x.s", "xdp.frags", "tracepoint/syscalls/sys_enter_open"})
    void recognizesProgramsThatDoNotSleep(String section) {
        assertThat(SectionName.isSleepable(section)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kprobe",
                "kretprobe/f",
                "kprobe.multi/f",
                "uprobe.s/a:b",
                "ksyscall/open",
                "usdt",
                "tp/sched/sched_switch",
                "tracepoint/syscalls/sys_enter_open",
                "raw_tp/sys_enter",
                "raw_tracepoint.w/f",
                "perf_event"
            })
    void recognizesTracingPrograms(String section) {
        assertThat(SectionName.isTracing(section)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tp_btf/f", "fentry/f", "lsm/f", "iter/task", "tc", "xdp", "socket", "syscall", "tpx"})
    void recognizesProgramsThatDoNotTrace(String section) {
        assertThat(SectionName.isTracing(section)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"socket, true", "socket/1, true", "sockops, false", "sk_skb, false", "xdp, false"})
    void recognizesSocketFilters(String section, boolean is) {
        assertThat(SectionName.isSocketFilter(section)).isEqualTo(is);
    }
}
