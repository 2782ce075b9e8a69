/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import java.nio.file.Path;

/** Attaches a program to the target that a property names. */
final class AttachTargets {
    private AttachTargets() {}

    static Link attach(UntypedProgram program, String target) {
        String[] words = target.strip().split("\\s+", 2);
        boolean named = words.length == 2;
        if (words[0].equals("section") && !named) {
            return program.attach();
        }
        if (words[0].equals("cgroup")) {
            return program.attach(named ? Cgroup.of(Path.of(words[1])) : Cgroup.root());
        }
        if (named) {
            switch (words[0]) {
                case "xdp" -> {
                    return program.attach(Xdp.on(words[1]));
                }
                case "tcx-ingress" -> {
                    return program.attach(Tcx.ingress(words[1]));
                }
                case "tcx-egress" -> {
                    return program.attach(Tcx.egress(words[1]));
                }
                default -> {
                    // unknown: the exception below
                }
            }
        }
        throw new IllegalArgumentException("nestmap.attach." + program.name() + " is \"" + target
                + "\": write xdp DEVICE, tcx-ingress DEVICE, tcx-egress DEVICE, cgroup, cgroup DIRECTORY or section, or attach the"
                + " program in Java");
    }
}
