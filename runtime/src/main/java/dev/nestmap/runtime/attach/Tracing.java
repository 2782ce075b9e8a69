/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.OpenObject;

/**
 * Runs a program at the function, tracepoint or security hook that its section names. Sections: {@code fentry/...}, {@code fexit/...}, {@code
 * fmod_ret/...}, {@code freplace/...}, {@code lsm/...}, {@code tp_btf/...}. The target is chosen when the object is loaded, because the verifier
 * checks the program against its target. The function is one of the kernel, or of the program that {@link OpenObject#target} names. The link can't be
 * updated.
 *
 * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
 */
public record Tracing(long cookie) implements Hook<Tracing.Kind, KernelLink> {
    /** The kind of programs whose section names a function, tracepoint or security hook. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** {@return the attachment to the target in the program's section} */
    public static Tracing declared() {
        return new Tracing(0);
    }

    /**
     * Returns the attachment with a cookie.
     *
     * @param cookie a number that the program reads with {@code bpf_get_attach_cookie}
     * @return the attachment
     */
    public Tracing withCookie(long cookie) {
        return new Tracing(cookie);
    }

    @Override
    public String target() {
        return "the target that its section names";
    }
}
