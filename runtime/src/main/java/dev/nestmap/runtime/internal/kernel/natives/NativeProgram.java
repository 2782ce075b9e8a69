/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import org.jspecify.annotations.Nullable;

/**
 * A {@code struct bpf_program} of libbpf that the kernel has loaded. Its pointer and file descriptor are valid as long as its object is
 * open.
 *
 * @param pointer the struct
 * @param fd file descriptor of the program
 * @param attachType the {@code enum bpf_attach_type} value of the program's section
 * @param name the full name, which the kernel cuts to 15 characters
 * @param section the program's section, or the section of {@code loadAs}
 * @param info the kernel's information about the program
 */
public record NativeProgram(long pointer, int fd, int attachType, String name, String section, ProgramInfo info) {
    /**
     * A loaded program of an open object.
     *
     * @param loadedAs the section that it was loaded as; null for its own section
     */
    public static NativeProgram of(long pointer, @Nullable String loadedAs) {
        LibBpf libbpf = NativeLibraries.libbpf();
        int fd = libbpf.bpf_program__fd(pointer);
        ProgramInfo info = ProgramInfo.of(fd);
        String name = libbpf.bpf_program__name(pointer);
        String section = loadedAs == null ? libbpf.bpf_program__section_name(pointer) : loadedAs;
        return new NativeProgram(pointer, fd, libbpf.bpf_program__expected_attach_type(pointer), name, section, info);
    }
}
