/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A section's name yields the target of its program. */
class SectionTargetReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kprobe/do_unlinkat | Kprobe[function=do_unlinkat, returning=false, offset=0, cookie=0]",
                "kprobe/do_unlinkat+0x10 | Kprobe[function=do_unlinkat, returning=false, offset=16, cookie=0]",
                "kretprobe/do_unlinkat | Kprobe[function=do_unlinkat, returning=true, offset=0, cookie=0]",
                "kprobe.multi/vfs_* | Multi[functions=[vfs_*], returning=false]",
                "kretprobe.multi/vfs_* | Multi[functions=[vfs_*], returning=true]",
                "kprobe.session/vfs_read | Multi[functions=[vfs_read], returning=false]",
                "uprobe//a/b:f | Uprobe[binary=/a/b, function=f, offset=0, returning=false, process=null, cookie=0]",
                "uprobe//a/b:f+4 | Uprobe[binary=/a/b, function=f, offset=4, returning=false, process=null, cookie=0]",
                "uprobe.s//a/b:0x40 | Uprobe[binary=/a/b, function=, offset=64, returning=false, process=null, cookie=0]",
                "uretprobe/libc.so.6:malloc | Uprobe[binary=libc.so.6, function=malloc, offset=0, returning=true, process=null, cookie=0]",
                "uprobe.multi//a/b:mem* | Multi[binary=/a/b, functions=[mem*], returning=false, process=null]",
                "tp/sched/sched_switch | Tracepoint[category=sched, name=sched_switch, cookie=0]",
                "raw_tp/sys_enter | Raw[name=sys_enter]",
                "raw_tracepoint.w/x | Raw[name=x]",
                "fentry/f | Tracing[cookie=0]",
                "lsm.s/file_open | Tracing[cookie=0]"
            })
    void readsTheTarget(String section, String attachment) {
        assertThat(SectionTargetReader.of(section)).hasToString(attachment);
    }

    @Test
    void aSystemCallHasAFunctionOfItsOwn() {
        assertThat(String.valueOf(SectionTargetReader.of("ksyscall/openat"))).contains("sys_openat", "returning=false");
        assertThat(String.valueOf(SectionTargetReader.of("kretsyscall/openat")))
                .contains("sys_openat", "returning=true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kprobe",
                "uprobe/malloc",
                "usdt//a/b:libc:setjmp",
                "tp/sched_switch",
                "raw_tp",
                "xdp",
                "tcx/ingress",
                "syscall",
                "unknown/f",
                "cgroup/connect4"
            })
    void otherSectionsNameNoTarget(String section) {
        assertThat(SectionTargetReader.of(section)).isNull();
    }
}
