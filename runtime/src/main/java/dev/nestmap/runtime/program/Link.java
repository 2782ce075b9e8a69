/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

import dev.nestmap.runtime.error.BpfException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Keeps a program attached. A link belongs to the program's object: closing the object closes the link. Any thread may call its methods.
 *
 * <p>Some attachments are not links of the kernel: those to sockets and maps of sockets, filters of {@code tc}, USDT, structs of {@code
 * SEC(".struct_ops")}, and perf events on several CPUs. All methods but {@link #close} and {@link #detach} throw a {@link BpfException} for them.
 */
public interface Link extends AutoCloseable {
    /**
     * Reads what the kernel knows about the link.
     *
     * @return the information
     * @throws BpfException if the link is closed, or is not a link of the kernel
     */
    LinkInfo info();

    /**
     * Pins the link, so that the program stays attached when the link, the object or the process ends. {@link #detach} detaches the
     * program.
     *
     * @param path path of the pin, where nothing may be pinned yet. A relative path is below the directory of the {@code PinOptions} that
     *     the object was loaded with, whose owner and permissions it gets.
     * @throws BpfException if the path is not in a BPF file system, if something is pinned there, or if the kernel rejects the operation
     */
    void pin(Path path);

    /**
     * Replaces the attached program in one step ({@code BPF_LINK_UPDATE}): each event runs either the old or the new program. On return the
     * old program may still be running on other CPUs.
     *
     * <p>Fails if another process has replaced the program since this link was made, opened or updated. With CAP_SYS_ADMIN, or if the old
     * program belongs to an open object of this process, the kernel checks it together with the update. Otherwise Nestmap checks it
     * right before.
     *
     * @param program the new program, loaded by Nestmap
     * @throws BpfException if links of this kind can't be updated ({@link LinkKind#isUpdatable}), if the program does not fit, or if
     *     another program is attached by now; the old program stays attached then
     */
    void update(Program program);

    /**
     * Starts a pass of an iterator ({@code BPF_ITER_CREATE}): the kernel runs the program for each object while the stream is read, and the
     * stream has what the program writes with {@code bpf_seq_write} and {@code bpf_seq_printf}. Each call starts a new pass. Streams are
     * independent of each other, and stay readable when the link is closed. Objects that come or go during a pass may be left out.
     *
     * <p>The stream reads up to 32 KiB at a time, so it needs no buffer. Its methods throw an {@link java.io.IOException} if the stream is
     * closed, or if the kernel rejects the read, for example because the program wrote more than 8 pages for one object.
     *
     * @return the stream, which the caller closes
     * @throws BpfException if the link is closed, if it is not the link of an iterator, or if the kernel rejects the operation
     */
    InputStream newInputStream();

    /**
     * Detaches the program even if the link is pinned, removes the pin that this link was pinned at or opened from, and closes the link. If
     * another process has a link of a kind that the kernel can't detach, the program stays attached until that process closes it. Does
     * nothing if the link is closed.
     *
     * @throws BpfException if another process has replaced the program since this link was made, opened or updated, or if the pin can't be
     *     removed; the program stays attached then
     */
    void detach();

    /** Closes the link. It detaches the program unless the link is pinned or another process has it open. Does nothing if it is closed. */
    @Override
    void close();
}
