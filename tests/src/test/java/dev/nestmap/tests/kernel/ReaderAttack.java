/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.SharedArrayValues;
import dev.nestmap.runtime.pin.MapAccess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tries to do more with a pinned reader than to read. */
final class ReaderAttack {
    private static final int ATTR_SIZE = 128;
    private static final int BPF_MAP_UPDATE_ELEM = 2;
    private static final int BPF_MAP_DELETE_ELEM = 3;
    private static final int BPF_OBJ_PIN = 6;
    private static final int BPF_OBJ_GET = 7;
    private static final int BPF_PROG_TEST_RUN = 10;
    private static final int BPF_RAW_TRACEPOINT_OPEN = 17;
    private static final int BPF_MAP_FREEZE = 22;
    private static final int BPF_F_RDONLY = 8;
    private static final int MOST_KEYS = 32;
    private static final int KEY_ROOM = 256;
    private static final int LARGEST_ENTRY = 1 << 21;
    private static final int RUNS = 1_000;
    private static final long MOST_NANOS = 20_000_000;
    private static final int ATTEMPTS = 5;
    private static final int PACKET = 60;
    private static final int SEED = 13;
    private static final int HEADER = 16;
    private static final int REQUEST = 16;

    private ReaderAttack() {}

    /**
     * Attacks a reader.
     *
     * @param directories directories that this user may write to
     */
    static void on(Path path, List<Path> directories) throws IOException, InterruptedException {
        Path reader = path.resolveSibling(path.getFileName() + "-reader");
        System.out.println("opening for writing: " + outcome(open(path, 0)));
        int outer = open(path, BPF_F_RDONLY);
        System.out.println("update: " + outcome(change(BPF_MAP_UPDATE_ELEM, outer, 1)));
        System.out.println("deletion: " + outcome(change(BPF_MAP_DELETE_ELEM, outer, 1)));
        int lookup = open(reader.resolve("get_entries"), BPF_F_RDONLY);
        System.out.println("attaching a raw tracepoint: " + outcome(attach(lookup)));
        System.out.println("change of mode: "
                + refused(() -> Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"))));
        System.out.println("removal of a pin: " + refused(() -> Files.delete(reader.resolve("buffer"))));
        List<Integer> programs = new ArrayList<>();
        for (String program : List.of("get_entries", "copy_entries", "find_inner_maps")) {
            programs.add(open(reader.resolve(program), BPF_F_RDONLY));
        }
        runHostile(programs, reader.resolve("buffer"));
        List<Path> pins = new ArrayList<>(List.of(path, path.resolveSibling(path.getFileName() + "-prototype")));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(reader)) {
            files.forEach(pins::add);
        }
        for (Path directory : directories) {
            System.out.println("pinned again in " + directory.getFileName() + ": "
                    + pins.stream().filter(pin -> pinAgain(pin, directory)).count() + " of " + pins.size());
        }
    }

    /**
     * Pins what a descriptor for reading refers to. This user owns the new pin, opens it for writing, and changes what it can: removes the
     * entries with small keys, puts others there, and freezes the map. Returns whether the kernel allowed the pin.
     */
    static boolean pinAgain(Path pin, Path directory) {
        int map = open(pin, BPF_F_RDONLY);
        Path own = directory.resolve("own-" + pin.getFileName());
        OffHeapBlock name = text(own.toString());
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putLong(0, name.address()).putInt(8, map);
        if (bpf(BPF_OBJ_PIN, attr, name) != 0) {
            return false;
        }
        int writable = open(own, 0);
        for (int key = 0; key < MOST_KEYS; key++) {
            change(BPF_MAP_DELETE_ELEM, writable, key);
            change(BPF_MAP_UPDATE_ELEM, writable, key);
        }
        freeze(writable);
        return true;
    }

    /** Freezes a map. Returns whether the kernel allowed it. */
    static boolean freeze(int map) {
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putInt(0, map);
        return bpf(BPF_MAP_FREEZE, attr) == 0;
    }

    private interface FileChange {
        void make() throws IOException;
    }

    private static String refused(FileChange change) {
        try {
            change.make();
            return "allowed";
        } catch (IOException e) {
            return "refused";
        }
    }

    private static String outcome(int result) {
        return result >= 0 ? "allowed" : String.valueOf(Errno.of(NativeLibraries.lastErrno()));
    }

    private static int bpf(int command, OffHeapBlock attr, OffHeapBlock... used) {
        try {
            return SystemCallWrappers.bpf(command, attr.address(), attr.size());
        } finally {
            Reference.reachabilityFence(used);
        }
    }

    private static OffHeapBlock text(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        OffHeapBlock block = OffHeapBlock.allocate(bytes.length);
        block.bytes().put(0, bytes);
        return block;
    }

    private static int open(Path pin, int flags) {
        OffHeapBlock name = text(pin.toString());
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putLong(0, name.address()).putInt(12, flags);
        return bpf(BPF_OBJ_GET, attr, name);
    }

    private static int change(int command, int map, int key) {
        OffHeapBlock entry = OffHeapBlock.allocate(LARGEST_ENTRY);
        entry.bytes().putInt(0, key).putInt(KEY_ROOM, map);
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putInt(0, map).putLong(8, entry.address());
        if (command == BPF_MAP_UPDATE_ELEM) {
            attr.bytes().putLong(16, entry.address() + KEY_ROOM);
        }
        return bpf(command, attr, entry);
    }

    private static int attach(int program) {
        OffHeapBlock name = text("sched_switch");
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        attr.bytes().putLong(0, name.address()).putInt(8, program);
        return bpf(BPF_RAW_TRACEPOINT_OPEN, attr, name);
    }

    /** Runs the programs with any numbers in the buffer, which another thread changes meanwhile. */
    private static void runHostile(List<Integer> programs, Path buffer) throws InterruptedException {
        RawMap map = Objects.requireNonNull(KernelPins.forReading().open(buffer, MapAccess.READ_WRITE));
        SharedArrayValues memory = map.mmap(true);
        ByteBuffer bytes = memory.bytes();
        AtomicBoolean over = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!over.get()) {
                bytes.putInt(8, HEADER).putInt(4, 0); // would let a program that trusts the header start again
            }
        });
        writer.start();
        OffHeapBlock packet = OffHeapBlock.allocate(PACKET);
        OffHeapBlock attr = OffHeapBlock.allocate(ATTR_SIZE);
        int runs = 0;
        long longest = 0;
        for (int i = 0; i < RUNS; i++) {
            boolean hasRun = false;
            long shortest = Long.MAX_VALUE;
            for (int attempt = 0; attempt < ATTEMPTS && shortest >= MOST_NANOS; attempt++) { // interrupts count, too
                fill(bytes, new Random(SEED + i), i);
                attr.bytes()
                        .putInt(0, programs.get(i % programs.size()))
                        .putInt(8, PACKET)
                        .putLong(16, packet.address());
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                hasRun = bpf(BPF_PROG_TEST_RUN, attr, packet) == 0;
                shortest =
                        Math.min(shortest, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
            }
            runs += hasRun ? 1 : 0;
            longest = Math.max(longest, shortest);
        }
        over.set(true);
        writer.join();
        System.out.println("runs with hostile buffers: " + runs);
        System.out.println("longest run below 20 ms of CPU time: " + (longest < MOST_NANOS) + ", " + longest + " ns");
        memory.close();
        map.close();
    }

    private static void fill(ByteBuffer bytes, Random random, int run) {
        int[] counts = {0, 1, 2, 512, 1024, 1025, Integer.MAX_VALUE, -1};
        bytes.putInt(0, counts[random.nextInt(counts.length)])
                .putInt(4, random.nextInt())
                .putInt(8, HEADER);
        for (int at = HEADER; at + REQUEST <= (run % 8 == 0 ? bytes.capacity() : 4096); at += REQUEST) {
            bytes.putLong(at, 1 + random.nextInt(21)); // existing inner maps, as often as possible
            bytes.putLong(at + 8, random.nextLong());
        }
    }
}
