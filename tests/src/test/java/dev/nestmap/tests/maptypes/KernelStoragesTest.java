/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.Storages.PlainJob;
import dev.nestmap.tests.maptypes.Storages.PlainSession;
import dev.nestmap.tests.maptypes.Storages.Quota;
import dev.nestmap.tests.maptypes.Storages.Session;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Programs and Java read the same local storage of sockets, tasks, inodes and control groups. Only LSM programs can use inode storage;
 * {@code AttachedProgramsTest} has these. Here user space uses it.
 */
@KernelTest
class KernelStoragesTest {
    private static final int SOCKETS_SAW = 1 | 2 | 4 | 8 | 16;
    private static final int TASKS_SAW = 1 | 2 | 4 | 8;

    private final int[] sockets = Descriptors.socketPair();

    @AutoClose
    private final StoragesBpf storages = StoragesBpf.load(BpfObjects.of("storages"));

    @BeforeAll
    static void needStorages() {
        KernelAssumptions.assume(KernelFeature.CGRP_STORAGE);
    }

    @AfterEach
    void closeSockets() {
        Descriptors.close(sockets);
    }

    @InstalledClang.Each
    void programsCreateFindAndDeleteSocketStorage(InstalledClang clang) {
        try (StoragesBpf own = StoragesBpf.load(BpfObjects.of("storages", clang))) {
            own.sessionsBy().create(1);
            own.sessionsAt().create(1);

            assertThat(own.program("sockets").testRun(new byte[64]).returnValue())
                    .isEqualTo(SOCKETS_SAW);
        }
    }

    @InstalledClang.Each
    void aProgramFindsTheTaskStorageThatUserSpaceWrote(InstalledClang clang) {
        int thread = Descriptors.currentThread();
        assumeTrue(thread >= 0, "the kernel has no pidfds of threads (Linux 6.9)");
        try (StoragesBpf own = StoragesBpf.load(BpfObjects.of("storages", clang))) {
            own.jobsBy().create(1);
            own.plainJob().put(thread, new PlainJob(8, 42));

            assertThat(own.program("tasks").testRun(TestRun.Input.none()).returnValue())
                    .isEqualTo(TASKS_SAW);

            assertThat(own.plainJob().get(thread)).isEqualTo(new PlainJob(9, 42));
            assertThat(Objects.requireNonNull(own.jobsBy().get(1)).get(thread)).isNull();
        } finally {
            Descriptors.close(thread);
        }
    }

    @Test
    void readsAndWritesSocketStorage() {
        StoragesBpf.SessionMap sessions = storages.sessionsAt().create(1);

        assertThat(sessions.get(sockets[0])).isNull();
        assertThat(sessions.replace(sockets[0], new Session(1, 2))).isFalse();
        sessions.put(sockets[0], new Session(1, 2));
        assertThat(sessions.putIfAbsent(sockets[0], new Session(7, 7))).isFalse();
        storages.plainSession().put(sockets[0], new PlainSession(3, 4));

        assertThat(sessions.get(sockets[0])).isEqualTo(new Session(1, 2));
        assertThat(sessions.get(sockets[1])).isNull();
        assertThat(storages.plainSession().get(sockets[0])).isEqualTo(new PlainSession(3, 4));
        StoragesBpf.SessionMap.View view = new StoragesBpf.SessionMap.View();
        assertThat(sessions.get(sockets[0], view)).isTrue();
        assertThat(view).hasToString(new Session(1, 2).toString());
        assertThat(sessions.get(sockets[1], view)).isFalse();
        assertThat(view).hasToString("no entry");
        assertThat(sessions.remove(sockets[0])).isTrue();
        assertThat(sessions.remove(sockets[0])).isFalse();
        assertThat(storages.plainSession().get(sockets[0])).isEqualTo(new PlainSession(3, 4));
    }

    @Test
    void readsAndWritesSocketStorageUnderItsLock() {
        storages.quota().put(sockets[0], new Quota(5, 10));
        storages.quota().replace(sockets[0], new Quota(6, 10));

        assertThat(storages.quota().get(sockets[0])).isEqualTo(new Quota(6, 10));
    }

    @Test
    void readsAndWritesInodeAndControlGroupStorage() {
        Path mount = ControlGroups.mount();
        int group = Descriptors.open(mount.toString());
        try {
            StoragesBpf.MarkMap marks = storages.marksBy().create(1);
            marks.put(group, new Storages.Mark(0xff00ffL));
            storages.plainMark().put(group, new Storages.PlainMark(7));
            StoragesBpf.BudgetMap budgets = storages.budgetsAt().create(1);
            budgets.put(group, new Storages.Budget(100));
            storages.plainBudget().put(group, new Storages.PlainBudget(200));

            assertThat(marks.get(group)).isEqualTo(new Storages.Mark(0xff00ffL));
            assertThat(storages.plainMark().get(group)).isEqualTo(new Storages.PlainMark(7));
            assertThat(budgets.get(group)).isEqualTo(new Storages.Budget(100));
            assertThat(storages.plainBudget().remove(group)).isTrue();
            assertThat(storages.plainBudget().get(group)).isNull();
        } finally {
            Descriptors.close(group);
        }
    }

    @Test
    void rotationKeepsTheBtfThatTheKernelRequires() {
        storages.sessionsBy().create(1).put(sockets[0], new Session(1, 2));
        storages.jobsAt().create(1);

        DrainedMap.drain(
                storages.sessionsBy().rotate(1),
                drained -> assertThat(drained.get(sockets[0])).isEqualTo(new Session(1, 2)));
        assertThat(storages.sessionsBy().getOrCreate(1).get(sockets[0])).isNull();
        Objects.requireNonNull(storages.jobsAt().rotate(1)).acknowledge();
    }

    @Test
    void refusesFileDescriptorsOfAnotherKind() {
        int file = Descriptors.open("/proc/self/status");
        try {
            assertBpfException(() -> storages.plainSession().put(file, new PlainSession(1, 2)))
                    .hasMessageContaining("does not refer to an owner of SK_STORAGE entries");
            assertBpfException(() -> storages.plainSession().get(-1))
                    .hasMessageContaining("does not refer to an owner of SK_STORAGE entries");
            assertBpfException(() -> storages.plainJob().put(file, new PlainJob(1, 2)))
                    .hasMessageContaining("does not refer to an owner of TASK_STORAGE entries");
            assertBpfException(() -> storages.plainBudget().remove(file))
                    .hasMessageContaining("does not refer to an owner of CGRP_STORAGE entries");
            assertBpfException(() -> storages.plainMark().get(-1))
                    .hasMessageContaining("does not refer to an owner of INODE_STORAGE entries");
        } finally {
            Descriptors.close(file);
        }
    }

    @Test
    void inMemoryReportsThatStorageNeedsAKernel() {
        try (StoragesBpf memory = StoragesBpf.inMemory()) {
            memory.sessionsBy().create(1);
            Objects.requireNonNull(memory.sessionsBy().rotate(1)).acknowledge();

            assertBpfException(() -> memory.plainJob().put(0, new PlainJob(1, 2)))
                    .hasMessageContaining("a TASK_STORAGE does not work in memory");
        }
    }
}
