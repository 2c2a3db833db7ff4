"""The judge's report as a table in Markdown."""

TARGETS = {"species": 0.90, "scene": 0.90, "coat": 0.95, "action": 0.80, "passing": 0.85}


def table(report):
    lines = [
        f"{report['prompts']} held-out prompts: films, drawings of them that went through the VAE "
        "and back, and, as the",
        "ceiling, held-out drawings as they are.",
        "",
        "| attribute | films | through the VAE | ceiling | wanted |",
        "|---|---|---|---|---|",
    ]
    films, through = report.get("films", {}), report.get("through_vae", {})
    for question, ceiling in report["ceiling"].items():
        wanted = f"{TARGETS[question]:.0%}" if question in TARGETS else ""
        got = f"{films[question]:.1%}" if question in films else ""
        coded = f"{through[question]:.1%}" if question in through else ""
        lines.append(f"| {question} | {got} | {coded} | {ceiling:.1%} | {wanted} |")
    for title, key in (("one long shot", "long"), ("the same, drawn", "long_ceiling")):
        if report.get(key):
            lines += [
                "",
                f"Mean over {report['long_shots']} shots of {report['long_seconds']} seconds, "
                f"{title}:",
                "",
            ]
            lines += ["| figure | value |", "|---|---|"]
            lines += [
                f"| {name.replace('_', ' ')} | {value:.3f} |" for name, value in report[key].items()
            ]
    if report.get("across"):
        lines += [
            "",
            "Across two shots of one subject in different places:",
            "",
            "| figure | value |",
            "|---|---|",
        ]
        lines += [
            f"| {name.replace('_', ' ')} | {value:.3f} |"
            for name, value in report["across"].items()
        ]
    if "psnr_clips" in report:
        lines += [
            "",
            f"VAE on held-out shots: {report['psnr_clips']:.2f} dB on clips, "
            f"{report['psnr_stills']:.2f} dB on subjects' and {report['psnr_places']:.2f} dB on "
            "places' pictures.",
        ]
    return "\n".join(lines)
