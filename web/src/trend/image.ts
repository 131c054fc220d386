// The plot as a PNG file with its title, zone and legend.

import { h } from '../dom';
import { palette } from '../theme';
import { penColor, type Pen } from './model';

const LINE = 18; // CSS pixels

export function savePng(plot: HTMLCanvasElement, caption: { title: string; pens: Pen[] }): void {
  const ratio = devicePixelRatio;
  const colors = palette();
  const canvas = h('canvas');
  canvas.width = plot.width;
  canvas.height = plot.height + Math.round((LINE * (caption.pens.length + 1) + 24) * ratio);
  const ctx = canvas.getContext('2d')!;
  ctx.fillStyle = colors.surface;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colors.text;
  ctx.textBaseline = 'middle';
  ctx.font = `600 13px ${colors.font}`;
  ctx.fillText(caption.title, 12, 8 + LINE / 2);
  ctx.drawImage(plot, 0, LINE + 8, plot.width / ratio, plot.height / ratio);
  let y = LINE + 8 + plot.height / ratio + LINE / 2;
  ctx.font = `12px ${colors.font}`;
  for (const pen of caption.pens) {
    ctx.fillStyle = colors.pens[penColor(pen.number)];
    ctx.fillRect(12, y - 2, 24, 4);
    ctx.fillStyle = colors.text;
    ctx.fillText(`${pen.number}  ${pen.tag}${pen.info?.unit ? `  (${pen.info.unit})` : ''}`, 44, y);
    y += LINE;
  }
  canvas.toBlob((blob) => {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    const link = h('a', { href: url, download: 'trend.png' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}
