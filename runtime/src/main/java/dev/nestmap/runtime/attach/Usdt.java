/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program at a tracepoint that an executable or library declares (USDT, {@code sys/sdt.h}). Section: {@code usdt}. libbpf finds the
 * tracepoint in the file and fills maps. The program must define these maps by including {@code bpf/usdt.bpf.h}. The link can be neither
 * pinned nor updated. {@code readelf -n} lists the tracepoints of a file.
 *
 * @param binary the executable or library; a name without a slash is looked up in the usual directories
 * @param provider provider of the tracepoint: {@code libc}
 * @param name name of the tracepoint: {@code setjmp}
 * @param process id of the process to watch; null for every process
 * @param cookie a number that the program reads with {@code bpf_usdt_cookie}
 */
public record Usdt(
        Path binary, String provider, String name, @Nullable Integer process, long cookie)
        implements Hook<Usdt.Kind, Link> {
    /** The kind of programs for USDT. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks that nothing is null, and that no name is empty or has a control character. */
    public Usdt {
        Objects.requireNonNull(binary, "binary");
        KernelNameCheck.require("provider", provider);
        KernelNameCheck.require("name", name);
    }

    /**
     * Returns the attachment to a tracepoint, in all processes.
     *
     * @param binary the executable or library
     * @param provider provider of the tracepoint
     * @param name name of the tracepoint
     * @return the attachment
     */
    public static Usdt of(Path binary, String provider, String name) {
        return new Usdt(binary, provider, name, null, 0);
    }

    /**
     * Returns the attachment to one process.
     *
     * @param id id of the process
     * @return the attachment
     */
    public Usdt withProcess(int id) {
        return new Usdt(binary, provider, name, id, cookie);
    }

    /**
     * Returns the attachment with a cookie, so that the program can distinguish its attachments.
     *
     * @param cookie a number that the program reads with {@code bpf_usdt_cookie}
     * @return the attachment
     */
    public Usdt withCookie(long cookie) {
        return new Usdt(binary, provider, name, process, cookie);
    }

    @Override
    public String target() {
        return "USDT " + provider + ":" + name + " of " + binary;
    }
}
