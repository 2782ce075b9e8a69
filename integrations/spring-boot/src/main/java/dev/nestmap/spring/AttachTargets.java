/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Attaches a program to the target that a property names. */
final class AttachTargets {
    private AttachTargets() {}

    /**
     * Returns a call that attaches the program. With a pin, the program stays attached when the process ends, and the next process takes its
     * link over.
     *
     * @throws IllegalArgumentException if the properties are wrong
     */
    static Supplier<Link> attachment(UntypedProgram program, String target, @Nullable String pin) {
        if (!target.strip().equals("section")) {
            Hook<? super Hook.AnyKind, KernelLink> hook = hook(program.name(), target);
            if (pin == null) {
                return () -> program.attach(hook);
            }
            LinkPin link = LinkPin.at(Path.of(pin));
            return () -> program.attach(hook, link);
        }
        if (pin != null) {
            throw new IllegalArgumentException(
                    "nestmap.pin." + program.name()
                            + ": if a program is attached to its section's target, a property can't pin its link. Attach the program in Java");
        }
        return program::attach;
    }

    private static Hook<? super Hook.AnyKind, KernelLink> hook(String program, String target) {
        String[] words = target.strip().split("\\s+", 2);
        boolean named = words.length == 2;
        if (words[0].equals("cgroup")) {
            return named ? Cgroup.of(Path.of(words[1])) : Cgroup.root();
        }
        if (named) {
            switch (words[0]) {
                case "xdp" -> {
                    return Xdp.on(words[1]);
                }
                case "tcx-ingress" -> {
                    return Tcx.ingress(words[1]);
                }
                case "tcx-egress" -> {
                    return Tcx.egress(words[1]);
                }
                default -> {
                    // unknown: the exception below
                }
            }
        }
        throw new IllegalArgumentException("nestmap.attach." + program + " is \"" + target
                + "\": write xdp DEVICE, tcx-ingress DEVICE, tcx-egress DEVICE, cgroup, cgroup DIRECTORY or section, or attach the"
                + " program in Java");
    }
}
