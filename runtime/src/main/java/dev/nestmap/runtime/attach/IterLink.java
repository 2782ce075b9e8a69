/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import java.io.InputStream;

/**
 * The link of an iterator, also of a pinned one that {@link dev.nestmap.runtime.Nestmap#openPinnedLink} opens. The kernel runs the program
 * when a stream is read.
 */
public interface IterLink extends KernelLink {
    /**
     * Starts a pass of the iterator ({@code BPF_ITER_CREATE}): while the caller reads the stream, the kernel runs the program for each
     * object. The stream returns the output that the program writes with {@code bpf_seq_write} and {@code bpf_seq_printf}. Each call starts
     * a new, independent pass. Streams stay readable when the link is closed. Objects that are created or deleted during a pass may be
     * missing.
     *
     * <p>The stream reads up to 32 KiB at a time, so it needs no buffer. Its methods throw an {@link java.io.IOException} if the stream is
     * closed, or if the kernel rejects the read, for example because the program wrote more than 8 pages for one object.
     *
     * @return the stream, which the caller closes
     * @throws BpfException if the link is closed, or if the kernel rejects the operation
     */
    InputStream newInputStream();
}
