/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.tests.maptypes.Keyless.Frame;
import dev.nestmap.tests.maptypes.Keyless.Job;
import dev.nestmap.tests.maptypes.Keyless.PlainFrame;
import dev.nestmap.tests.maptypes.Keyless.PlainJob;
import dev.nestmap.tests.maptypes.Keyless.PlainSeen;
import dev.nestmap.tests.maptypes.Keyless.Seen;
import dev.nestmap.tests.toolchain.ObjectContract;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Accessors of maps without keys push, pop and find as the kernel does, both in the kernel and in memory. */
abstract class KeylessContract extends ObjectContract<KeylessBpf> {

    @Test
    void aQueueReturnsTheOldestFirst() {
        KeylessBpf.JobMap jobs = bpf.jobsBy().create(1);
        jobs.push(new Job(1, 255));
        jobs.push(new Job(2, 0));

        assertThat(jobs.peek()).isEqualTo(new Job(1, 255));
        assertThat(jobs.poll()).isEqualTo(new Job(1, 255));
        assertThat(jobs.poll()).isEqualTo(new Job(2, 0));
        assertThat(jobs.poll()).isNull();
        assertThat(jobs.peek()).isNull();
    }

    @Test
    void aStackReturnsTheNewestFirst() {
        KeylessBpf.FrameMap frames = bpf.framesAt().create(1);
        frames.push(new Frame(1));
        frames.push(new Frame(2));

        assertThat(frames.peek()).isEqualTo(new Frame(2));
        assertThat(frames.poll()).isEqualTo(new Frame(2));
        assertThat(frames.poll()).isEqualTo(new Frame(1));
        assertThat(frames.poll()).isNull();
    }

    @Test
    void reportsAFullMap() {
        for (int id = 0; id < 4; id++) {
            assertThat(bpf.plainJob().offer(new PlainJob(id))).isTrue();
            bpf.plainFrame().push(new PlainFrame(id, 0));
        }

        assertThat(bpf.plainJob().offer(new PlainJob(4))).isFalse();
        assertBpfException(() -> bpf.plainJob().push(new PlainJob(4)), "the map is full (max_entries is 4)")
                .hasErrno(Errno.E2BIG);
        assertThat(bpf.plainJob().peek()).isEqualTo(new PlainJob(0));
    }

    @Test
    void aBloomFilterFindsAllItsEntriesAndFewOthers() {
        LongStream.range(0, 256).forEach(id -> {
            bpf.plainSeen().add(new PlainSeen(id));
            bpf.seenBy().getOrCreate(1).add(new Seen(id, 6));
            bpf.seenAt().getOrCreate(1).add(new Seen(id, 17));
        });

        assertThat(LongStream.range(0, 256).boxed())
                .allMatch(id -> bpf.plainSeen().mightContain(new PlainSeen(id)));
        assertThat(LongStream.range(0, 256).boxed())
                .allMatch(id -> bpf.seenBy().getOrCreate(1).mightContain(new Seen(id, 6)))
                .allMatch(id -> bpf.seenAt().getOrCreate(1).mightContain(new Seen(id, 17)));
        assertThat(LongStream.range(1000, 2000).filter(id -> bpf.plainSeen().mightContain(new PlainSeen(id))))
                .as("false positives among 1,000 entries that were not added; about 30 are expected")
                .hasSizeLessThan(150);
    }

    @Test
    void rotatesLikeOtherMaps() {
        bpf.jobsBy().create(1).push(new Job(1, 1));
        KeylessBpf.JobMap rotated = bpf.jobsBy().getOrCreate(1);

        DrainedMap.drain(bpf.jobsBy().rotate(1), drained -> {
            assertThat(drained.poll()).isEqualTo(new Job(1, 1));
            assertThat(bpf.jobsBy().getOrCreate(1).poll()).isNull();
            assertThatThrownBy(() -> rotated.push(new Job(2, 2))).isInstanceOf(InvalidHandleException.class);
        });
    }

    @Test
    void rotationKeepsTheHashFunctionsOfABloomFilter() {
        bpf.seenBy().create(1).add(new Seen(1, 6));

        DrainedMap.drain(bpf.seenBy().rotate(1), drained -> {
            assertThat(drained.mightContain(new Seen(1, 6))).isTrue();
            assertThat(bpf.seenBy().getOrCreate(1).mightContain(new Seen(1, 6))).isFalse();
        });
    }
}
