// Files as pixels, by the browser's own decoders; and the files in folders that are dropped.
import { MASTER_SIDE, type PictureFile } from './pictures.model.ts'

let context: CanvasRenderingContext2D | null | undefined

/** The middle square of a picture, red, green and blue. Rejects where the file is none. */
export async function decodePicture(file: Blob): Promise<Uint8Array> {
  const image = await createImageBitmap(file)
  try {
    if (context === undefined) {
      const canvas = document.createElement('canvas')
      canvas.width = MASTER_SIDE
      canvas.height = MASTER_SIDE
      context = canvas.getContext('2d', { willReadFrequently: true })
    }
    if (!context) throw new Error('the browser offers no canvas')
    const { width, height } = image
    const shorter = Math.min(width, height)
    context.imageSmoothingQuality = 'high'
    // What is transparent is white, as on paper.
    context.fillStyle = '#ffffff'
    context.fillRect(0, 0, MASTER_SIDE, MASTER_SIDE)
    const [left, top] = [(width - shorter) / 2, (height - shorter) / 2]
    context.drawImage(image, left, top, shorter, shorter, 0, 0, MASTER_SIDE, MASTER_SIDE)
    const { data } = context.getImageData(0, 0, MASTER_SIDE, MASTER_SIDE)
    return Uint8Array.from(
      { length: MASTER_SIDE * MASTER_SIDE * 3 },
      (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)] ?? 0,
    )
  } finally {
    image.close()
  }
}

/** Systems put such files into folders: a name that begins with a dot. */
const isHidden = ({ name }: { readonly name: string }) => name.startsWith('.')

/** Files that were chosen, with the folders that they are in. */
export const filesOfFolder = (files: readonly File[], className: string): PictureFile[] =>
  files
    .filter(file => !isHidden(file))
    .map(file => ({ file, className: file.webkitRelativePath.split('/').at(-2) || className }))

/**
 * Files that were dropped, also those in folders.
 *
 * @param className of those outside of folders
 */
export async function filesOfDrop(dropped: DataTransfer, className: string): Promise<PictureFile[]> {
  // All at once: after this task, the list is empty.
  const found: PictureFile[] = []
  const entries: FileSystemEntry[] = []
  for (const item of dropped.items) {
    const entry = item.webkitGetAsEntry()
    const file = entry ? null : item.getAsFile()
    if (entry) entries.push(entry)
    else if (file) found.push({ file, className })
  }
  for (const entry of entries) await collect(entry, className, found)
  return found
}

async function collect(entry: FileSystemEntry, className: string, found: PictureFile[]): Promise<void> {
  if (isHidden(entry)) return
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    found.push({ file, className })
  } else if (isDirectory(entry)) {
    const reader = entry.createReader()
    for (;;) {
      // A hundred at a time.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      )
      if (some.length === 0) return
      for (const inner of some) await collect(inner, entry.name, found)
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
