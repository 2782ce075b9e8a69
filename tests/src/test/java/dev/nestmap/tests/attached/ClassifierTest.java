/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Anchor;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Programs at one hook run in the order that their options state, and a refusal of the kernel is explained. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class ClassifierTest {
    private static final int TIMES = 5;

    /** {@code TCX_NEXT}: the next program decides. */
    private static final int NEXT = -1;

    /** {@code TCX_PASS} and {@code TC_ACT_OK}: the packet passes, and no other program sees it. */
    private static final int PASS = 0;

    @Test
    void anchorsOrderThePrograms() {
        KernelAssumptions.assume(KernelFeature.TCX);
        try (Datagrams datagrams = Datagrams.open();
                HitCounter decides = HitCounter.load("tcx/ingress", PASS);
                HitCounter first = HitCounter.load("tcx/ingress", NEXT);
                HitCounter second = HitCounter.load("tcx/ingress", NEXT);
                HitCounter last = HitCounter.load("tcx/ingress", NEXT)) {
            int middle = decides.program().id();
            decides.program().attach(Tcx.ingress("lo"));
            last.program().attach(Tcx.ingress("lo").withAnchor(Anchor.afterProgram(middle)));
            second.program().attach(Tcx.ingress("lo").withAnchor(Anchor.beforeProgram(middle)));
            first.program().attach(Tcx.ingress("lo").withAnchor(Anchor.first()));

            datagrams.fire(TIMES);

            assertThat(first.count()).isEqualTo(TIMES);
            assertThat(second.count()).isEqualTo(TIMES);
            assertThat(decides.count()).isEqualTo(TIMES);
            assertThat(last.count()).as("another program has decided before").isZero();
        }
    }

    @Test
    void aProgramForOneDirectionIsRejectedForTheOther() {
        try (HitCounter counter = HitCounter.load("tcx/ingress", PASS)) {
            assertBpfException(
                    () -> counter.program().attach(Tcx.egress("lo")),
                    "a program of SEC(\"tcx/ingress\") is for the other direction");
            assertBpfException(() -> counter.program().attach(Tc.egress("lo")), "is for the other direction");
            assertBpfException(() -> counter.program().attach(Xdp.on("lo")), "use attach(Tcx.ingress(\"eth0\"))");
        }
    }

    @Test
    void aKernelWithoutTcxIsNamed() {
        Assumptions.assumeFalse(KernelFeature.TCX.isPresent(), "the kernel has tcx");
        try (HitCounter counter = HitCounter.load("tcx/ingress", PASS)) {
            assertThatThrownBy(() -> counter.program().attach(Tcx.ingress("lo")))
                    .hasMessageContaining(
                            "this kernel has no TCX: it came with Linux 6.6, and needs a kernel that was built"
                                    + " with CONFIG_NET_XGRESS");
        }
    }

    @Test
    void aKernelWithoutNetfilterProgramsIsNamed() {
        Assumptions.assumeFalse(KernelFeature.NETFILTER_LINKS.isPresent(), "the kernel has netfilter links");

        assertThatThrownBy(() -> HitCounter.load("netfilter", 1))
                .hasMessageContaining(
                        "this kernel does not know programs of SEC(\"netfilter\"), such as count_hit: they came with"
                                + " Linux 6.4");
    }

    @Test
    void filtersHavePriorityAndHandle() {
        try (Datagrams datagrams = Datagrams.open();
                HitCounter early = HitCounter.load("tc", NEXT);
                HitCounter decides = HitCounter.load("tc", PASS);
                HitCounter late = HitCounter.load("tc", PASS)) {
            decides.program().attach(Tc.ingress("lo").withPriority(20).withHandle(7));
            early.program().attach(Tc.ingress("lo").withPriority(10));
            late.program().attach(Tc.ingress("lo").withPriority(30));

            datagrams.fire(TIMES);

            assertThat(early.count()).isEqualTo(TIMES);
            assertThat(decides.count()).isEqualTo(TIMES);
            assertThat(late.count()).isZero();
            assertThat(InstalledCommand.run("tc", "filter", "show", "dev", "lo", "ingress")
                            .output())
                    .contains("pref 20 bpf chain 0 handle 0x7");
        }
        assertThat(InstalledCommand.run("tc", "filter", "show", "dev", "lo", "ingress")
                        .output())
                .as("closing the objects removes their filters")
                .isEmpty();
    }

    @Test
    void aFilterIsReplacedOnRequestOnly() {
        Tc place = Tc.ingress("lo").withPriority(1).withHandle(1);
        try (Datagrams datagrams = Datagrams.open();
                HitCounter old = HitCounter.load("tc", PASS);
                HitCounter replacement = HitCounter.load("tc", PASS)) {
            Link ofOld = old.program().attach(place);
            assertBpfException(() -> replacement.program().attach(place)).hasErrno(Errno.EEXIST);

            replacement.program().attach(place.withReplacement());
            datagrams.fire(TIMES);
            ofOld.close();
            datagrams.fire(TIMES);

            assertThat(old.count()).isZero();
            assertThat(replacement.count())
                    .as("a link removes only its own filter")
                    .isEqualTo(2 * TIMES);
        }
    }
}
