/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tracepoint;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapKind;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Two pinned maps and a loaded object, and a thread whose system calls fail. */
final class DescriptorScene implements AutoCloseable {
    private static final int RECORDINGS = 3;
    private static final List<String> LINKS = List.of("link", "link-overlap");

    private final WatchedThread thread = new WatchedThread();
    private final CloseCheck closes = new CloseCheck();
    private final KernelPins pins = new KernelPins(PinOptions.defaults());
    private final KernelMapFactory maps = new KernelMapFactory();
    private final RawMap visit = maps.create(new MapShape("visit", MapKind.HASH, 4, 8, 4, 0), null);
    private final Path directory;
    private final Path object;
    private final FaultedBpf bpf;

    /** @param directory where maps and links are pinned; it does not exist yet */
    DescriptorScene(Path directory, Path object) {
        this.directory = directory;
        this.object = object;
        this.bpf = load();
        pins.pin(visit, pin("visit"), PinOptions.defaults());
        try (RawMap share = maps.create(new MapShape("share", MapKind.PERCPU_ARRAY, 4, 8, 4, 0), null)) {
            pins.pin(share, pin("share"), PinOptions.defaults());
        }
    }

    KernelPins pins() {
        return pins;
    }

    KernelMapFactory maps() {
        return maps;
    }

    RawMap visit() {
        return visit;
    }

    FaultedBpf bpf() {
        return bpf;
    }

    Path directory() {
        return directory;
    }

    Path pin(String name) {
        return directory.resolve(name);
    }

    FaultedBpf load() {
        return FaultedBpf.load(object);
    }

    Link attachPinned() {
        return bpf.program("count").attach(Xdp.on("lo"), LinkPin.at(pin("link")).withUnpinnedMaps());
    }

    Link attachOverlapping() {
        LinkPin overlapping = LinkPin.at(pin("link")).withUnpinnedMaps().withReplacement(LinkPin.Replacement.OVERLAP);
        return bpf.program("trace").attach(Tracepoint.Raw.of("sys_enter"), overlapping);
    }

    /** Returns the system calls of an action. Its first runs make others: classes are loaded, and features of the kernel are probed. */
    List<SystemCall> record(Consumer<DescriptorScene> action) {
        List<SystemCall> calls = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < RECORDINGS; i++) {
            calls.clear();
            thread.run(WatchedThread.noting(calls), () -> action.accept(this));
            removeLinks();
        }
        return List.copyOf(calls);
    }

    /** Makes a call of an action fail. Returns what is wrong with the descriptors afterwards; empty if nothing is. */
    String fail(Consumer<DescriptorScene> action, int index, Errno errno) {
        List<String> before = openFiles();
        closes.takeFailures();
        int[] calls = {0}; // only the thread that answers uses it
        try {
            thread.run(call -> calls[0]++ == index ? errno : null, () -> action.accept(this));
        } catch (BpfException | UncheckedIOException e) {
            // Another test checks the exceptions.
        }
        long failures = closes.takeFailures();
        removeLinks();
        List<String> left = openFiles();
        before.forEach(left::remove);
        return (failures == 0 ? "" : failures + " closes of descriptors that are not open ")
                + (left.isEmpty() ? "" : "still open: " + left);
    }

    private void removeLinks() {
        LINKS.stream()
                .map(this::pin)
                .filter(pins::exists)
                .forEach(pin -> Nestmap.openPinnedLink(pin).detach());
        pins.remove(pin("new"));
    }

    /** The objects of BPF and of this scene's file system that this process has open. */
    private List<String> openFiles() {
        return new ArrayList<>(FaultScene.openFiles(directory, ".*(bpf|btf|perf|event).*"));
    }

    @Override
    public void close() {
        removeLinks();
        bpf.close();
        visit.close();
        pins.remove(pin("visit"));
        pins.remove(pin("share"));
        closes.close();
        thread.close();
    }
}
