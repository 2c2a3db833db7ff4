"""The flow that the transformer learns.

x = (1 - sigma) x0 + sigma noise, the target is noise - x0; sigma is logit-normal, shifted by 3 as
in sampling. References are part of x, as the farm samples them, but count little in the loss; the
cells where subjects use to stand count most. """

import torch

SHIFT = 3.0
REFERENCE_WEIGHT = 0.1
SHARES = (0.5, 0.7, 0.9)
CHANGE_WEIGHT = 1.0


def mixed_noise(clean, references, shares=SHARES):
    """Normal noise; the video frames of a sample have one of `shares` of its variance in common."""
    noise = torch.randn_like(clean)
    share = torch.tensor(shares)[torch.randint(len(shares), (len(clean),))].to(clean.device)
    share = share[:, None, None, None, None]
    common = torch.randn_like(clean[:, :, :1])
    noise[:, :, references:] = (1 - share).sqrt() * noise[:, :, references:] + share.sqrt() * common
    return noise


def noise_levels(count, device):
    """Sigmas of a batch, logit-normal and shifted, one from each of `count` equally likely parts:
    batches differ less in how hard they are."""
    share = (torch.randperm(count, device=device) + torch.rand(count, device=device)) / count
    u = torch.sigmoid(torch.special.ndtri(share.clamp(1e-4, 1 - 1e-4)))
    return SHIFT * u / (1 + (SHIFT - 1) * u)


def flow_loss(networks, clean, control, ids, references, weight=None, shares=SHARES):
    """Mean square error of the velocity, with that of its change from one latent frame to the next
    (an error that comes and goes is seen, one that stays is not) and the references'. `weight`: how
    much each cell counts, `(h, w)`. Returns the sum and the video's error alone, all cells
    alike."""
    sigma = noise_levels(clean.shape[0], clean.device)
    noise = mixed_noise(clean, references, shares)
    transformer, text = networks
    s = sigma[:, None, None, None, None]
    velocity = transformer((1 - s) * clean + s * noise, 1000 * sigma, text(ids), control)
    error = velocity.float() - (noise - clean)
    stills, shown = error[:, :, :references], error[:, :, references:]
    video = shown.square().mean()
    if weight is not None:
        shown = shown * weight.sqrt()
    loss = shown.square().mean()
    if shown.shape[2] > 1:
        loss = loss + CHANGE_WEIGHT * (shown[:, :, 1:] - shown[:, :, :-1]).square().mean()
    if references:
        loss = loss + REFERENCE_WEIGHT * stills.square().mean()
    return loss, video


def distilled_loss(networks, teacher, batch, empty, guidance, shares=SHARES):
    """Mean square distance to the velocity that a teacher, a pair of networks as the learner's, has
    under guidance: one evaluation is to give what that takes two for. `batch`: noise-free latents,
    control, ids, number of references; `empty`: ids of no words."""
    clean, control, ids, references = batch
    sigma = noise_levels(len(clean), clean.device)
    s = sigma[:, None, None, None, None]
    x, time = (1 - s) * clean + s * mixed_noise(clean, references, shares), 1000 * sigma
    with torch.no_grad():
        transformer, text = teacher
        told = transformer(x, time, text(ids), control)
        silent = transformer(x, time, text(empty.expand_as(ids)), control)
        target = silent + guidance * (told - silent)
    transformer, text = networks
    loss = (transformer(x, time, text(ids), control) - target).float().square().mean()
    return loss, loss
