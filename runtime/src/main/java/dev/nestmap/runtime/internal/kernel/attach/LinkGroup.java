/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import java.util.List;

/** The links of one attachment that needs several, such as a perf event on every CPU. */
record LinkGroup(List<KernelAttachment> links) implements KernelAttachment {
    LinkGroup {
        links = List.copyOf(links);
    }

    @Override
    public void end() {
        links.forEach(KernelAttachment::end);
    }
}
