/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The restriction of an iterator names one target that exists. */
class IterTest {
    private static final Path GROUP = Path.of("/sys/fs/cgroup/web");

    @Test
    void namesItsTarget() {
        assertThat(Iter.all().target()).isEqualTo("all objects of its kind");
        assertThat(Iter.ofThread(7).target()).isEqualTo("thread 7");
        assertThat(Iter.ofProcess(8).target()).isEqualTo("process 8");
        assertThat(Iter.ofCgroups(GROUP, Iter.Order.SELF_ONLY).target()).isEqualTo("control group /sys/fs/cgroup/web");
    }

    @Test
    void rejectsIdsThatDoNotExistAndTwoRestrictions() {
        assertThatThrownBy(() -> Iter.ofThread(0)).hasMessage("the thread is 0: ids are positive");
        assertThatThrownBy(() -> Iter.ofProcess(-1)).hasMessage("the process is -1: ids are positive");
        assertThatThrownBy(() -> new Iter(-1, 0, null, null)).hasMessageContaining("thread is -1 and process is 0");
        assertThatThrownBy(() -> new Iter(1, 2, null, null)).hasMessageContaining("visits the objects of one");
        assertThatThrownBy(() -> new Iter(1, 0, GROUP, Iter.Order.SELF_ONLY))
                .hasMessageContaining("visits the objects of one");
        assertThatThrownBy(() -> new Iter(0, 0, GROUP, null)).hasMessageContaining("give both or none");
    }
}
