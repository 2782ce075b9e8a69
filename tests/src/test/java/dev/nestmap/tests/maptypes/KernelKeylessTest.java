/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.maptypes.Keyless.Frame;
import dev.nestmap.tests.maptypes.Keyless.Job;
import dev.nestmap.tests.maptypes.Keyless.PlainFrame;
import dev.nestmap.tests.maptypes.Keyless.PlainJob;
import dev.nestmap.tests.maptypes.Keyless.PlainSeen;
import dev.nestmap.tests.maptypes.Keyless.Seen;
import dev.nestmap.tests.toolchain.BpfObjects;

/** Queues and stacks move entries between programs and Java. */
@KernelTest
class KernelKeylessTest extends KeylessContract {
    @Override
    protected KeylessBpf open() {
        return KeylessBpf.load(BpfObjects.of("keyless"));
    }

    @InstalledClang.Each
    void programsMoveEntriesFromMapToMap(InstalledClang clang) {
        try (KeylessBpf moving = KeylessBpf.load(BpfObjects.of("keyless", clang))) {
            moving.jobsBy().create(1).push(new Job(42, 200));
            moving.framesBy().create(1).push(new Frame(0xffff_8000L));
            moving.plainJob().push(new PlainJob(5));
            moving.plainFrame().push(new PlainFrame(6, 7));
            moving.jobsBy().create(2);
            moving.jobsAt().create(2);
            moving.framesAt().create(2);
            moving.seenBy().create(1);
            moving.seenAt().create(2);

            assertThat(moving.program("move").testRun(new byte[64]).returnValue())
                    .isZero();

            assertThat(moving.jobsBy().getOrCreate(1).poll()).isNull();
            assertThat(moving.jobsBy().getOrCreate(2).poll()).isEqualTo(new Job(42, 200));
            assertThat(moving.jobsAt().getOrCreate(2).poll()).isEqualTo(new Job(42, 200));
            assertThat(moving.framesBy().getOrCreate(1).poll()).isNull();
            assertThat(moving.framesAt().getOrCreate(2).poll()).isEqualTo(new Frame(0xffff_8000L));
            assertThat(moving.seenAt().getOrCreate(2).mightContain(new Seen(7, 6)))
                    .isTrue();
            assertThat(moving.plainJob().poll()).isEqualTo(new PlainJob(6));
            assertThat(moving.plainFrame().poll()).isEqualTo(new PlainFrame(6, 7));
            assertThat(moving.plainFrame().poll()).isEqualTo(new PlainFrame(6, 7));
            assertThat(moving.plainSeen().mightContain(new PlainSeen(5))).isTrue();
        }
    }
}
