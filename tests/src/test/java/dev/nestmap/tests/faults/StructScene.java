/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.tests.attached.Congestion.Connections;
import dev.nestmap.tests.attached.CongestionBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Loaded objects with a congestion control of TCP, a struct whose functions the kernel calls, and the pin of its link. */
final class StructScene extends FaultScene {
    private static final Path ATTACHED = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
    private static final String STRUCT = "counted";
    private static final String MAP = "connections";

    /** A line of the information about a descriptor. */
    private static final Pattern MAP_ID = Pattern.compile("(?m)^map_id:\\s*(\\d+)$");

    /** Stands for the name in the object that is compiled. */
    private static final String ANY_NAME = "nestmap_faults";

    /**
     * The kernel has one list of congestion controls for all network namespaces, and another test that uses this class may run at the same
     * time.
     */
    private final String name;

    private final Path object;
    private final List<CongestionBpf> loaded = new ArrayList<>();

    /** The map of connections of another process, which a struct of this process or of the other one may use. */
    private UntypedMap.@Nullable Owned kept;

    private final LoopbackSocket server = LoopbackSocket.listening();
    private final LoopbackSocket connection = LoopbackSocket.connected(server.port());
    private final int port = connection.port();
    private long counted;

    /**
     * @param directory where links are pinned; it does not exist yet
     * @param process id of the process that makes the events
     */
    StructScene(Path directory, long process) {
        super(directory);
        this.name = "nestmap" + "_".repeat(7 - Long.toString(process, 36).length()) + Long.toString(process, 36);
        this.object = named(BpfObjects.of(
                "congestion",
                "-DSECTION=\".struct_ops.link\"",
                "-DNAME=\"" + ANY_NAME + "\"",
                BpfObjects.ARCHITECTURE));
    }

    /** A copy of the object with the name of this test, beside it. The process that makes the events has made it for the others. */
    private Path named(Path compiled) {
        Path copy = compiled.resolveSibling(name + ".bpf.o");
        if (!Files.exists(copy)) {
            try { // as text of single bytes, with a name of the same length
                String bytes = Files.readString(compiled, StandardCharsets.ISO_8859_1);
                assertThat(bytes).contains(ANY_NAME);
                Files.writeString(copy, bytes.replace(ANY_NAME, name), StandardCharsets.ISO_8859_1);
                copy.toFile().deleteOnExit();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return copy;
    }

    /** Loads the object once more. Objects that were loaded before stay open, as those of an earlier process would. */
    void load() {
        loaded.add(CongestionBpf.load(object));
    }

    Path pin() {
        return directory.resolve("congestion");
    }

    Link attach() {
        requireDetached();
        return newest().attachStructOps(STRUCT);
    }

    Link attachPinned() {
        requireDetached();
        return replacePinned();
    }

    /** Attaches in place of the pinned struct. */
    Link replacePinned() {
        return newest().attachStructOps(STRUCT, LinkPin.at(pin()).withUnpinnedMaps());
    }

    /** Detaches as another process does, if that is not done yet. */
    void detach() {
        try (KernelLink link = Nestmap.openPinnedLink(pin())) {
            link.detach();
        } catch (BpfException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    @Override
    void keepMapsOf(ProcessHandle process) {
        if (kept != null) {
            return;
        }
        for (int id : mapsOf(process)) {
            UntypedMap.Owned map = UntypedMap.open(id);
            if (map != null && map.name().equals(MAP)) {
                kept = map;
            } else if (map != null) {
                map.close();
            }
        }
    }

    private static Set<Integer> mapsOf(ProcessHandle process) {
        Set<Integer> ids = new HashSet<>();
        Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fdinfo");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
            for (Path file : files) {
                Matcher id = MAP_ID.matcher(Files.readString(file));
                if (id.find()) {
                    ids.add(Integer.valueOf(id.group(1)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The process has ended, or closed the file.
        }
        return ids;
    }

    /** Chooses the struct for a connection, which calls a function that counts. The other process must have a map that is kept. */
    @Override
    boolean count() {
        return kept != null && choose();
    }

    private boolean choose() {
        boolean chosen = connection.chooseCongestionControl(name);
        if (chosen) {
            counted++;
            assertThat(connection.chooseCongestionControl("reno")).isTrue();
        }
        return chosen;
    }

    private static long count(CongestionBpf bpf, int port) {
        Connections entry = bpf.connections().get(port);
        return entry == null ? 0 : entry.count();
    }

    /** Requires that each call of the functions was counted once. */
    private void requireExactCounts() {
        long found = loaded.stream().mapToLong(bpf -> count(bpf, port)).sum();
        if (kept != null) {
            UntypedMap.Entry entry = kept.get(NativeBytes.of(port));
            found += entry == null ? 0 : NativeBytes.read(entry.value()).getLong();
        }
        assertThat(found).isEqualTo(counted);
    }

    /** Requires that no struct is attached, and that each call of its functions was counted once. */
    void requireNoStruct() {
        requireDetached();
        assertThat(choose()).isFalse();
        requireExactCounts();
    }

    /** Requires that the pinned link belongs to the struct of the newest object, and that each call of the functions was counted once. */
    void requireNewestStruct() {
        long before = count(newest(), port);
        assertThat(choose()).isTrue();
        assertThat(count(newest(), port)).isEqualTo(before + 1);
        requireExactCounts();
        try (KernelLink link = Nestmap.openPinnedLink(pin())) {
            assertThat(link.info().target())
                    .isEqualTo(UntypedMap.of(newest(), STRUCT).id());
            assertThat(link.info().attached()).isTrue();
        }
    }

    void requireAttached() {
        assertThat(isAttached()).isTrue();
    }

    /** The kernel ends links in the background. */
    void requireDetached() {
        Await.until(name + " is detached", () -> !isAttached());
    }

    /** Reads at most twice, because the injected fault may hit the first attempt. */
    private boolean isAttached() {
        try {
            return attached().contains(name);
        } catch (UncheckedIOException e) {
            return attached().contains(name);
        }
    }

    private static String attached() {
        try {
            return Files.readString(ATTACHED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CongestionBpf newest() {
        return loaded.get(loaded.size() - 1);
    }

    @Override
    void closeAll() {
        detach();
        loaded.forEach(CongestionBpf::close);
        if (kept != null) {
            kept.close();
        }
        connection.close();
        server.close();
        requireDetached();
    }
}
